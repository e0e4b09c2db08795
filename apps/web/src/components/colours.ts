import { createHash } from 'node:crypto'
import type { Site } from '@atoll/blog'

/** The style sheet of the colours a site chose: the properties that styles/themes.css looks for; '' for none. */
export function coloursSheet({ light, dark }: Site['colours']): string {
  const declare = (theme: string, colours: Record<string, string | undefined>) =>
    Object.entries(colours).flatMap(([name, colour]) => (colour ? [`--${theme}-${name}:${colour}`] : []))
  const declarations = [...declare('light', light), ...declare('dark', dark)]
  return declarations.length > 0 ? `:root{${declarations.join(';')}}` : ''
}

/** Named by its content, so it can be kept for ever; nothing for a site that is content with ours. */
export function coloursUrl(colours: Site['colours']): string | undefined {
  const sheet = coloursSheet(colours)
  return sheet && `/colours/${createHash('sha256').update(sheet).digest('hex').slice(0, 12)}.css`
}
