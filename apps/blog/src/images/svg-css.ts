/**
 * Which CSS a drawing may bring. Whatever can load something is written as a function or an at-rule with a name, so
 * these names are what is looked for, in the very text that will be served; a backslash could spell them otherwise,
 * so a text with one is not safe.
 */

const loading =
  /\\|@import|@namespace|@charset|(?:url|src|image|image-set|cross-fade|element|paint|expression)\s*\(|(?:java|vb)script:|-moz-binding|behavior\s*:|<[/!?]/i

/** A part of the same drawing, or a picture or font that stands in the text itself. */
const inside =
  /url\(\s*(["']?)(?:#[^\s"'()<>\\]*|data:(?:image\/(?:png|jpe?g|gif|webp|avif)|(?:application\/)?(?:x-)?font[\w./+-]*)(?:;charset=[\w-]+)?;base64,[\w+/=\s]*)\1\s*\)/gi

export function isSafeCss(text: string): boolean {
  return !loading.test(text.replace(inside, 'none'))
}

/** Takes out what can be taken out without understanding the rest: comments, imports and pictures from elsewhere. */
export function withoutLoading(sheet: string): string {
  return sheet
    .replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' ')
    .replace(/@(?:import|charset|namespace)(?:"[^"]*"|'[^']*'|\([^)]*\)|[^;"'(])*(?:;|$)/gi, ' ')
    .replace(/url\((?:\s*"[^"]*"|\s*'[^']*'|[^)"']*)\s*\)/gi, (url) => (isSafeCss(url) ? url : 'none'))
}

export type Declarations = Map<string, string>

/** Reads `a: b; c: d`; what is not safe is left out. */
export function parseDeclarations(text: string): Declarations {
  const declarations: Declarations = new Map()
  // Not at the semicolon of `url(data:…;base64,…)` or of a string.
  for (const part of text.match(/(?:"[^"]*"|'[^']*'|\([^)]*\)|[^;"'(])+/g) ?? []) {
    const [, property, value] = part.match(/^\s*([\w-]+)\s*:\s*([\s\S]*?)\s*(?:!\s*important\s*)?$/i) ?? []
    if (property && value && isSafeCss(value)) declarations.set(property.toLowerCase(), value)
  }
  return declarations
}
