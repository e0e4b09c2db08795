/** Search engines and cards cut what is longer. */
const longest = 240

/** One paragraph of plain text, cut at a word. */
export function plainDescription(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= longest) return line
  const cut = line.slice(0, longest)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longest / 2)).replace(/[\s.,;:!?–—-]+$/u, '')}…`
}

/** The text of HTML that our renderer wrote. */
export function toPlainText(html: string): string {
  return html
    .replace(/<annotation\b.*?<\/annotation>/gs, '')
    .replace(/<\/(?:p|div|li|figure|blockquote)>|<br>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: keyof typeof entities) => entities[name])
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
