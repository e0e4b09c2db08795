import type { Element, Node } from './tree.ts'

const shortCode = /:([a-z0-9_+-]+):/g

const verbatim = new Set(['code', 'pre', 'kbd', 'samp', 'math'])

/** `:tada:` → 🎉, by GitHub's names; a name it does not have stays as it was written. */
export async function replaceShortCodes(article: Element): Promise<void> {
  const holders: { value: string }[] = []
  collect(article, holders)
  if (holders.length === 0) return
  // The table of names takes longer to load than most posts to render.
  const { nameToEmoji } = await import('gemoji')
  for (const holder of holders) {
    holder.value = holder.value.replace(shortCode, (whole, name: string) =>
      Object.hasOwn(nameToEmoji, name) ? nameToEmoji[name]! : whole,
    )
  }
}

function collect(node: Node, holders: { value: string }[]): void {
  if (node.type === 'text' && node.value.match(shortCode)) holders.push(node)
  if (node.type === 'element' && !verbatim.has(node.tag)) for (const child of node.children) collect(child, holders)
}
