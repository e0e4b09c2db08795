export interface CardImage {
  /** Absolute, or a path of this site. */
  url: string
  width?: number | undefined
  height?: number | undefined
  alt: string
}

/** Fixed by what social networks show: 1.91 to 1. */
export const cardWidth = 1200
export const cardHeight = 630

/** The card of a post, drawn when it is first asked for. */
export function socialImageOf({ slug, title }: { slug: string; title: string }): CardImage {
  return { url: `/social/${slug}.png`, width: cardWidth, height: cardHeight, alt: title }
}

/** The card of all other pages. */
export function siteImageOf({ title }: { title: string }): CardImage {
  return { url: '/social.png', width: cardWidth, height: cardHeight, alt: title }
}
