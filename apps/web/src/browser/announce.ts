let region: HTMLElement | undefined
let pending: ReturnType<typeof setTimeout> | undefined

/** Says something to those who do not see it; only after a pause, or typing would make it speak without end. */
export function announce(text: string, afterMs = 100): void {
  if (!region) {
    region = document.createElement('p')
    region.className = 'visually-hidden'
    region.role = 'status'
    document.body.append(region)
  }
  clearTimeout(pending)
  pending = setTimeout(() => {
    if (region) region.textContent = text
  }, afterMs)
}
