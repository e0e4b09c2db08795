/** What a slug may hold, as in the original; the address always has `-` where the file has `_`. */
export const slugPattern = /^[a-z0-9_-]+$/

export function canonicalSlug(slug: string): string {
  return slug.replaceAll('_', '-')
}

/** A slug from any text: accents dropped, everything but ASCII letters and digits a hyphen. May be empty. */
export function slugFromText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

/** The part of a file's name that names it: `posts/20250329121314_my_setup.md` → `my-setup`. */
export function slugFromPath(path: string): string {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '')
  return slugFromText(stem.replace(/^(?:\d{14}|\d{8}|\d{4}-\d{2}-\d{2})[_-]+/, ''))
}
