/** Every way a file of the content can be refused. The code is the contract; the message says what was found. */
export const contentErrors = {
  unreadable_image: { fix: 'Open it in an image editor and save it again: the file is damaged or cut short.' },
  unsupported_image: { fix: 'Save it as PNG, JPEG, WebP, AVIF, GIF, TIFF or SVG.' },
  moving_avif: { fix: 'Save it as GIF, WebP or animated PNG, which go on moving.' },
  image_too_large: { fix: 'Save a smaller version of it; a long animation is better off as a video.' },
  unreadable_svg: { fix: 'Save it again as plain SVG: well-formed XML, without entities of its own.' },
  missing_folder: { fix: 'Make the folder, or name the one that holds the content.' },
  empty_title: { fix: 'Give the post a title.' },
  bad_path: { fix: 'Rename the file, and publish again with the same release of atoll as the site.' },
  file_too_large: {
    fix: 'Make it smaller, or put it beside the site: large files are served from its content folder.',
  },
  spoilt_upload: { fix: 'Publish again: the file changed while it was sent, or was damaged on the way.' },
  incomplete: { fix: 'Send what is missing, then publish again; `atoll publish` does so by itself.' },
  published_meanwhile: {
    fix: 'Bring the other changes into this folder first (`atoll export`), or replace them with --force.',
  },
  not_from_here: { fix: 'Get them first (`atoll export --from`), or delete them from the site with --force.' },
  older_content: { fix: 'Bring the folder up to date, or publish it all the same with --force.' },
  lost_original: { fix: 'Import the content folder with `atoll import --force`, which keeps every file again.' },
  git_failed: {
    fix: 'Check the address, the branch and the rights of ATOLL_GIT_URL; `git fetch` on the server says more.',
  },
  folder_not_empty: { fix: 'Name a folder that does not exist yet, or an empty one.' },
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
