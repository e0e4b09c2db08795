type Write = (details: object, message: string) => void

/** What the supervisor needs of a log; pino has it. */
export interface Log {
  info: Write
  warn: Write
  error: Write
}
