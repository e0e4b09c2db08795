type Write = (details: object, message: string) => void

/** What the guard needs of a log; pino has it. */
export interface GuardLog {
  info: Write
  warn: Write
  error: Write
}

/** Says a thing again only when it changed: LiteFS asks ten times a second. */
export function sayChanges(write: Write) {
  let last: string | undefined
  return (message: string | undefined, details: object = {}) => {
    if (message !== last && message !== undefined) write(details, message)
    last = message
  }
}
