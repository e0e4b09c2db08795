import { morph } from 'morphlex'

/**
 * Makes an element look like another one, and leaves alone what is the same, so that focus, selection, scroll and what
 * was typed stay. What the reader opened stays open, and what scripts wrote (`data-kept`) or added (`data-added`) stays.
 */
export function become(from: Element, to: Element): void {
  morph(from, to, {
    preserveChanges: true,
    beforeNodeVisited: (node) => !isMarked(node, 'kept'),
    beforeNodeRemoved: (node) => !isMarked(node, 'added'),
    beforeAttributeUpdated: ({ localName }, name) => !(localName === 'details' && name === 'open'),
  })
}

function isMarked(node: Node, mark: 'kept' | 'added'): boolean {
  return node instanceof HTMLElement && mark in node.dataset
}
