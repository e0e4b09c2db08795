import { keepHighlighted } from './highlight.ts'
import { type TokenClass, tokenClasses } from './token-classes.ts'

const block =
  /<figure class="code" data-language="([^"<>&]+)">(?:<figcaption[^>]*>[^<]*<\/figcaption>)?<pre [^>]*><code>(.*?)<\/code>/gs
const line = /^<span class="line[^"]*" data-line="\d+"(?: data-mark="[^"]*")?>(.*)<\/span>$/
/** What `highlightLines` writes, and nothing else: text, and spans of it. */
const token = /[^<]+|<span class="([\w-]+)">[^<]+<\/span>/y

/**
 * Remembers how the code of a page looks that this release rendered. When a post is edited most of its code stays as
 * it was, and a grammar takes longer to load than all the rest of an edit.
 */
export function recallCode(html: string): void {
  for (const [, language, code] of html.matchAll(block)) {
    const lines = code!.split('\n').map((written) => line.exec(written)?.[1])
    // Without a single colour it may be of a language that nobody knows, which has to be said again.
    if (code!.includes('<span class="tok-') && lines.every(isHighlighted))
      keepHighlighted(lines.map(textOf).join('\n'), language!, lines)
  }
}

/** Raw HTML in a post may look like a block of code without being one. */
function isHighlighted(html: string | undefined): html is string {
  if (html === undefined) return false
  let end = 0
  for (token.lastIndex = 0; end < html.length; end = token.lastIndex) {
    const match = token.exec(html)
    if (!match || (match[1] !== undefined && !Object.hasOwn(tokenClasses, match[1] as TokenClass))) return false
  }
  return true
}

function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
