/** How a supervisor ends. */
export const exitCodes = {
  /** Stopped as asked; nothing was lost and nobody waits for this node. */
  stopped: 0,
  /** Could not begin: a setting is wrong, a folder cannot be made. */
  refused: 1,
  /** Stopped, but the handover was not finished: the cluster found a new primary by itself, or has none. */
  withoutHandover: 3,
  /** Stopped, but a child had to be killed. */
  killed: 4,
  /** A second signal ended everything at once. */
  impatient: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
