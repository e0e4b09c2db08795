import { replaceWith } from './navigation.ts'

const quietMs = 120

/**
 * Answers while the reader types, with the page that the form would open. The address follows, without new entries
 * in the history.
 */
export function searchAsYouType(): void {
  let quiet: ReturnType<typeof setTimeout> | undefined

  document.addEventListener('input', (event) => {
    const form = formOf(event.target)
    if (!form || (event as InputEvent).isComposing) return
    clearTimeout(quiet)
    quiet = setTimeout(() => replaceWith(addressOf(form), 'typing'), quietMs)
  })
  document.addEventListener('compositionend', ({ target }) => {
    const form = formOf(target)
    if (form) replaceWith(addressOf(form), 'typing')
  })
  document.addEventListener('submit', (event) => {
    const form = formOf(event.target)
    if (!form) return
    event.preventDefault()
    clearTimeout(quiet)
    replaceWith(addressOf(form), 'typing')
  })
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>('form[data-live-search]') : null
}

function addressOf(form: HTMLFormElement): string {
  const url = new URL(form.action)
  const entries = [...new FormData(form)].filter(([, value]) => value !== '')
  url.search = new URLSearchParams(entries as [string, string][]).toString()
  return url.href
}
