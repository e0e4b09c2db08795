/** What a reader chose, kept in this browser only. Blocked storage means that nothing is remembered. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`atoll:${name}`)
  } catch {
    return null
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`atoll:${name}`)
    else localStorage.setItem(`atoll:${name}`, value)
  } catch {}
}
