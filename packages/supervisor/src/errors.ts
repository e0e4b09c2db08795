/** Every way in which running a node can fail before or beside its children. */
export const supervisorErrors = {
  unknown_user: { fix: 'Create it with `useradd --system --no-create-home atoll`, or name another in ATOLL_USER.' },
  folder_not_writable: { fix: 'Give the supervisor the right to make this folder, or name another.' },
  mount_busy: { fix: 'End the program that holds the mount (`fuser -vm FOLDER` names it), then start again.' },
} as const

export type SupervisorErrorCode = keyof typeof supervisorErrors

export class SupervisorError extends Error {
  override readonly name = 'SupervisorError'
  readonly code: SupervisorErrorCode

  constructor(code: SupervisorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get fix(): string {
    return supervisorErrors[this.code].fix
  }
}
