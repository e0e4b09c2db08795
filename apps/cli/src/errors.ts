/** Something a person can mend: its message is one line, and the command ends with exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
