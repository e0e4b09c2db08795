/** Loads the page again when content changed, or when another process than before answers. */
let process: string | undefined
const events = new EventSource('/dev/events')

events.addEventListener('reload', () => location.reload())
events.addEventListener('process', ({ data }) => {
  if (process !== undefined && process !== data) location.reload()
  process = data
})

export {}
