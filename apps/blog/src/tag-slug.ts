/**
 * What tells one tag from another, and its address: case and spacing do not matter, letters of any script stay.
 * `C++` and `C#` are not `C`.
 */
export function tagSlug(label: string): string {
  return label
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('+', 'plus')
    .replaceAll('#', 'sharp')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
}
