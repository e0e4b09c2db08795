/** Every way a visitor's action can fail in this package; actions add codes of their own. */
export const liveErrors = {
  unknown_action: { applied: 'no', fix: 'Load the page again: this server does not know what it asks for.' },
  bad_input: { applied: 'no', fix: 'Load the page again: it asks in a way that this server does not understand.' },
  too_many: { applied: 'no', fix: 'Wait a moment.' },
} as const

export type LiveErrorCode = keyof typeof liveErrors

export class LiveError extends Error {
  override readonly name = 'LiveError'
  readonly code: LiveErrorCode

  constructor(code: LiveErrorCode, message: string) {
    super(message)
    this.code = code
  }

  get applied(): 'no' | 'unknown' {
    return liveErrors[this.code].applied
  }
}
