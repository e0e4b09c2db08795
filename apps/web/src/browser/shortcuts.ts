/** `/` goes to the search of this page, or to the page for searching; Escape leaves the field. */
export function connectShortcuts(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const target = event.target as HTMLElement
    if (event.key === 'Escape' && target.matches('input[type=search]')) target.blur()
    if (event.key !== '/' || isWriting(target)) return
    event.preventDefault()
    const field = document.querySelector<HTMLInputElement>('.search-form input[type=search]')
    if (field) field.select()
    else location.assign('/search#site:q')
  })
}

function isWriting(element: HTMLElement): boolean {
  return element.isContentEditable || element.matches('input:not([type=radio], [type=checkbox]), textarea, select')
}
