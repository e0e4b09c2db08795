import { recall, remember } from './storage.ts'

/** No joke takes longer than this, however long it is. */
const longestMs = 4000
const slowestKeyMs = 80

/** Types one of the site's taglines, never the same twice in a row. Readers who want no motion keep the first one. */
export async function typeTagline(): Promise<void> {
  const line = document.querySelector<HTMLElement>('.tagline[data-taglines]')
  if (!line || matchMedia('(prefers-reduced-motion: reduce)').matches) return

  const text = chooseTagline(JSON.parse(line.dataset.taglines!))
  line.dataset.typing = 'now'
  line.textContent = ''
  const characters = [...text]
  for (const character of characters) {
    line.append(character)
    await pause(Math.min(slowestKeyMs, longestMs / characters.length) * (0.4 + 0.6 * Math.random()))
  }
  line.dataset.typing = 'done'
}

function chooseTagline(taglines: string[]): string {
  const others = taglines.filter((tagline) => tagline !== recall('tagline'))
  const tagline = others[Math.floor(Math.random() * others.length)] ?? ''
  remember('tagline', tagline)
  return tagline
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
