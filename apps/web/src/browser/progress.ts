const quickMs = 150

/** A line at the top for a navigation that takes longer than a moment. Returns how to end it. */
export function startProgress(): () => void {
  const bar = document.createElement('div')
  bar.className = 'progress'
  const timer = setTimeout(() => document.body.append(bar), quickMs)
  return () => {
    clearTimeout(timer)
    bar.remove()
  }
}
