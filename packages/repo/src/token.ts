/** One reign of a primary. Numbers grow within a history; the random id tells two histories apart that use the same one. */
export interface Epoch {
  number: number
  id: string
}

/**
 * Given to whoever wrote or read: its holder never sees older data. Commit numbers are compared within one epoch
 * only; across epochs their order means nothing.
 */
export interface Token {
  epoch: Epoch
  /** Counts the writer's transactions. */
  commit: number
}

/** `1.<epoch number>.<epoch id>.<commit>`: of letters, digits and dots, so it fits a cookie, a header and a URL. */
export function encodeToken({ epoch, commit }: Token): string {
  return `1.${epoch.number}.${epoch.id}.${commit}`
}

/** Nothing when the text is no token: whoever sends one may have made it up. */
export function parseToken(text: string): Token | undefined {
  const [, number, id, commit] = /^1\.(\d{1,15})\.([0-9a-z]{1,32})\.(\d{1,15})$/.exec(text) ?? []
  if (id === undefined) return undefined
  return { epoch: { number: Number(number), id }, commit: Number(commit) }
}

export function isSameEpoch(a: Epoch, b: Epoch): boolean {
  return a.number === b.number && a.id === b.id
}

/** The older of two tokens of one history; of two epochs the earlier one. Nothing stands for what is never old. */
export function olderToken(a: Token | undefined, b: Token | undefined): Token | undefined {
  if (!a || !b) return a ?? b
  return isOlder(a, b) ? a : b
}

/** The newer of two tokens of one history. */
export function newerToken(a: Token | undefined, b: Token | undefined): Token | undefined {
  if (!a || !b) return a ?? b
  return isOlder(a, b) ? b : a
}

function isOlder(a: Token, b: Token): boolean {
  return a.epoch.number === b.epoch.number ? a.commit < b.commit : a.epoch.number < b.epoch.number
}
