/** Narrower versions of a picture: phones, phones held sideways, the text column, and that on dense screens. */
export const widths = [480, 768, 1080, 1600]

/** No page shows a picture larger than this, and a narrow one may be four times as high as wide. */
export const fullSize = { width: 2400, height: 9600 }

/** Every frame costs as much as a picture. */
export const animationSize = { width: 1080, height: 4320 }

/** All widths a picture of this one is served at, narrowest first. */
export function widthsOf(fullWidth: number): number[] {
  return [...widths.filter((width) => width < fullWidth), fullWidth]
}
