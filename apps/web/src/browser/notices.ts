let notice: HTMLElement | undefined

/** One line that stays until there is nothing to say, or for a while. */
export function showNotice(text: string | undefined, forMs?: number): void {
  if (forMs) setTimeout(() => notice?.textContent === text && showNotice(undefined), forMs)
  notice?.remove()
  notice = undefined
  if (!text) return
  notice = document.createElement('p')
  notice.className = 'live-notice'
  notice.role = 'status'
  notice.textContent = text
  document.body.append(notice)
}

interface Problem {
  path?: string
  line: number
  severity: string
  message: string
}

let overlay: HTMLElement | undefined

/** What is wrong with the content, to whoever writes it: the development server sends it after each import. */
export function showProblems(problems: unknown): void {
  overlay?.remove()
  overlay = undefined
  if (!Array.isArray(problems) || problems.length === 0) return
  overlay = document.createElement('section')
  overlay.className = 'problems'
  overlay.ariaLabel = 'Problems in the content'
  const list = document.createElement('ul')
  for (const { path = '', line, severity, message } of problems as Problem[]) {
    const item = document.createElement('li')
    item.className = severity
    item.textContent = `${path}:${line}: ${message}`
    list.append(item)
  }
  overlay.append(list)
  document.body.append(overlay)
}
