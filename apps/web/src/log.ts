type Write = (details: object, message: string) => void

/** What the server needs of a log; pino has it. */
export interface Log {
  debug: Write
  info: Write
  warn: Write
  error: Write
}
