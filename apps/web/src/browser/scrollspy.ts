let following: IntersectionObserver | undefined

/** Marks where the reader is in the table of contents: the last heading above the upper third of the window. */
export function followReading(): void {
  following?.disconnect()
  const table = document.querySelector('.toc')
  if (!table) return
  const links = new Map<Element, HTMLAnchorElement>()
  for (const link of table.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)))
    if (heading) links.set(heading, link)
  }

  const above = new Set<Element>()
  let current: HTMLAnchorElement | undefined
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, boundingClientRect, rootBounds } of entries) {
        const limit = rootBounds ? rootBounds.bottom : innerHeight / 3
        if (boundingClientRect.top < limit) above.add(target)
        else above.delete(target)
      }
      mark([...links].findLast(([heading]) => above.has(heading))?.[1] ?? links.values().next().value)
    },
    // A band from far above the page to a third of the window: a heading is in it or still to come.
    { rootMargin: '1000000px 0px -66% 0px' },
  )
  for (const heading of links.keys()) observer.observe(heading)
  following = observer

  function mark(link: HTMLAnchorElement | undefined) {
    if (link === current) return
    current?.removeAttribute('aria-current')
    link?.setAttribute('aria-current', 'location')
    current = link
    if (link) keepInView(link)
  }
}

/** Scrolls the table, never the page. */
function keepInView(link: HTMLElement): void {
  const box = link.closest<HTMLElement>('.panel-body')
  if (!box) return
  const { top, bottom } = link.getBoundingClientRect()
  const { top: upper, bottom: lower } = box.getBoundingClientRect()
  if (top < upper) box.scrollTop -= upper - top
  else if (bottom > lower) box.scrollTop += bottom - lower
}
