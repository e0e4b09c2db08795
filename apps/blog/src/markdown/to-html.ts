import type { Node } from './tree.ts'

const voidElements = new Set(['br', 'col', 'hr', 'img', 'input', 'source', 'track', 'wbr'])

export function toHtml(nodes: readonly Node[]): string {
  let html = ''
  for (const node of nodes) html += nodeToHtml(node)
  return html
}

export function escapeText(value: string): string {
  return /[&<>]/.test(value) ? value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') : value
}

export function escapeAttribute(value: string): string {
  return /[&<>"]/.test(value) ? escapeText(value).replace(/"/g, '&quot;') : value
}

function nodeToHtml(node: Node): string {
  if (node.type === 'text') return escapeText(node.value)
  if (node.type === 'html') return node.html
  let tag = `<${node.tag}`
  for (const name in node.attributes) tag += ` ${name}="${escapeAttribute(node.attributes[name]!)}"`
  if (voidElements.has(node.tag)) return `${tag}>`
  // A parser drops the first newline of a <pre>, so one that belongs to the text needs another before it.
  const gap = node.tag === 'pre' && startsWithNewline(node.children) ? '\n' : ''
  return `${tag}>${gap}${toHtml(node.children)}</${node.tag}>`
}

function startsWithNewline([first]: readonly Node[]): boolean {
  return first?.type === 'text' && first.value.startsWith('\n')
}
