import { recall, remember } from './storage.ts'

const wide = matchMedia('(width >= 60em)')
const folded = new WeakSet<Element>()

/** Opens and closes panels that were not seen before: as the reader left them, else open where there is room. */
export function foldPanels(): void {
  for (const panel of document.querySelectorAll<HTMLDetailsElement>('details[data-fold]')) {
    if (folded.has(panel)) continue
    folded.add(panel)
    panel.open = shouldBeOpen(panel)
  }
}

/** What is folded on a phone says nothing about a desk. */
export function rememberFolds(): void {
  wide.addEventListener('change', () => {
    for (const panel of document.querySelectorAll<HTMLDetailsElement>('details[data-fold]')) {
      panel.open = shouldBeOpen(panel)
    }
  })
  document.addEventListener('click', ({ target }) => {
    const panel = (target as Element).closest('summary')?.parentElement
    if (!(panel instanceof HTMLDetailsElement) || !panel.dataset.fold) return
    // The browser toggles the panel after this event.
    remember(nameOf(panel), panel.open ? 'folded' : 'open')
  })
}

function shouldBeOpen(panel: HTMLDetailsElement): boolean {
  const choice = recall(nameOf(panel))
  return choice ? choice === 'open' : wide.matches
}

function nameOf(panel: HTMLDetailsElement): string {
  return `${wide.matches ? 'wide' : 'narrow'}:${panel.dataset.fold}`
}
