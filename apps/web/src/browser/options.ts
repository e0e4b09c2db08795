import { recall, remember } from './storage.ts'

const root = document.documentElement
const themes = ['light', 'dark', 'contrast']

/** Puts what the reader chose on the document; the style sheets do the rest. */
export function applyChoices(): void {
  const theme = recall('theme')
  if (theme && themes.includes(theme)) root.dataset.theme = theme
  else delete root.dataset.theme
  root.toggleAttribute('data-crt', recall('crt') === 'on')
}

/** Connects the sheet of options; a choice made in another tab counts here too. */
export function connectOptions(): void {
  showChoices()
  addEventListener('storage', () => {
    applyChoices()
    showChoices()
  })
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.closest('.options')) return
    if (target.name === 'theme') remember('theme', target.value === 'system' ? null : target.value)
    if (target.name === 'crt') remember('crt', target.checked ? 'on' : null)
    applyChoices()
  })
}

function showChoices(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('.options input')) {
    input.checked = input.name === 'crt' ? 'crt' in root.dataset : input.value === (root.dataset.theme ?? 'system')
  }
}
