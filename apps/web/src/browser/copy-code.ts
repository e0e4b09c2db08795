const shownForMs = 2000

/** A button on each block of code that has none. Without a clipboard there is none. */
export function addCopyButtons(): void {
  if (!navigator.clipboard) return
  for (const block of document.querySelectorAll<HTMLElement>('figure.code:not(:has(> .copy-button))')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy-button'
    button.dataset.added = ''
    button.textContent = 'Copy'
    const name = block.querySelector('pre')?.getAttribute('aria-label')
    if (name) button.ariaDescription = name
    button.addEventListener('click', () => copy(block, button))
    block.append(button)
  }
}

async function copy(block: HTMLElement, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(block.querySelector('code')?.textContent ?? '')
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Failed'
  }
  setTimeout(() => {
    button.textContent = 'Copy'
  }, shownForMs)
}
