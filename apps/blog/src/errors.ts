/** Every way a file of the content can be refused. The code is the contract; the message says what was found. */
export const contentErrors = {
  unreadable_image: { fix: 'Open it in an image editor and save it again: the file is damaged or cut short.' },
  unsupported_image: { fix: 'Save it as PNG, JPEG, WebP, AVIF, GIF, TIFF or SVG.' },
  image_too_large: { fix: 'Save a smaller version of it; a long animation is better off as a video.' },
  unreadable_svg: { fix: 'Save it again as plain SVG: well-formed XML, without entities of its own.' },
  missing_folder: { fix: 'Make the folder, or name the one that holds the content.' },
  empty_title: { fix: 'Give the post a title.' },
  bad_slug: { fix: 'Use lower-case letters, digits and hyphens.' },
} as const

export type ContentErrorCode = keyof typeof contentErrors

export class ContentError extends Error {
  override readonly name = 'ContentError'
  readonly code: ContentErrorCode

  constructor(code: ContentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get fix(): string {
    return contentErrors[this.code].fix
  }
}
