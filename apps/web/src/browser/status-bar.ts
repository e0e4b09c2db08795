/** How far down the page is shown (`Top`, `42%`, `Bot`, `All`), and whether text is selected. */
export function showStatus(): void {
  const place = document.querySelector('.status-position')
  if (!place) return
  let isWaiting = false

  const show = () => {
    isWaiting = false
    place.textContent = positionOf(document.documentElement)
  }
  const showSoon = () => {
    if (isWaiting) return
    isWaiting = true
    requestAnimationFrame(show)
  }
  addEventListener('scroll', showSoon, { passive: true })
  new ResizeObserver(showSoon).observe(document.body)

  document.addEventListener('selectionchange', () => {
    const selection = document.getSelection()
    document.documentElement.toggleAttribute('data-selecting', selection !== null && !selection.isCollapsed)
  })
}

function positionOf({ scrollTop, scrollHeight, clientHeight }: Element): string {
  const hidden = scrollHeight - clientHeight
  if (hidden <= 1) return 'All'
  if (scrollTop <= 1) return 'Top'
  if (scrollTop >= hidden - 1) return 'Bot'
  return `${Math.round((scrollTop / hidden) * 100)}%`
}
