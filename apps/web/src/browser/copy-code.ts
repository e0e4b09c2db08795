const shownForMs = 2000

/** A button on each block of code. Without a clipboard there is none. */
export function addCopyButtons(): void {
  if (!navigator.clipboard) return
  for (const block of document.querySelectorAll<HTMLElement>('.prose pre')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy-button'
    button.textContent = 'Copy'
    button.addEventListener('click', () => copy(block, button))
    wrap(block).append(button)
  }
}

/** The block scrolls sideways; the button stays. */
function wrap(block: HTMLElement): HTMLElement {
  const frame = document.createElement('div')
  frame.className = 'copy-frame'
  block.replaceWith(frame)
  frame.append(block)
  return frame
}

async function copy(block: HTMLElement, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(textOf(block))
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Failed'
  }
  setTimeout(() => (button.textContent = 'Copy'), shownForMs)
}

/** As it was written: what a change removed is not part of it. */
function textOf(block: HTMLElement): string {
  return (block.querySelector('code') ?? block).textContent ?? ''
}
