import type { SettingName, Settings } from './settings.ts'

export interface CommandInput {
  /** Throws for a wrong one when it is read. */
  readonly settings: Settings
  flags: Record<string, unknown>
  args: string[]
}

/** One word of the `atoll` command. It returns an exit code, or throws what `describeFailure` can put in a line. */
export interface AtollCommand {
  /** As commander reads it: `new <kind> <title>`. */
  usage: string
  summary: string
  settings: SettingName[]
  /** Not for people: `atoll help` leaves it out. */
  isInternal?: boolean
  options?: [flags: string, description: string][]
  run: (input: CommandInput) => Promise<number | undefined>
}
