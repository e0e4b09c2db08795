import { Command, CommanderError, Option } from 'commander'
import { loadCommands } from './commands/index.ts'
import { describeFailure } from './failure.ts'
import { readSettings, type SettingName, settingsTable } from './settings.ts'
import { version } from './version.ts'

await main(process.argv)

async function main(argv: string[]): Promise<void> {
  const program = new Command('atoll')
    .description('A real-time publishing system on one replicated SQLite database')
    .version(version)
    .showHelpAfterError('(`atoll help` lists the commands)')
    .exitOverride()
  for (const command of await loadCommands(argv[2])) {
    const sub = program.command(command.usage, { hidden: command.isInternal === true }).description(command.summary)
    for (const [flags, description] of command.options ?? []) sub.option(flags, description)
    for (const name of command.settings) addSetting(sub, name)
    sub.action(async (...given: unknown[]) => {
      const flags = sub.opts<Record<string, unknown>>()
      const input = {
        // `atoll doctor` says itself what is wrong with them.
        get settings() {
          return readSettings(flags, process.env)
        },
        flags,
        args: given.slice(0, -2) as string[],
      }
      process.exitCode = (await command.run(input)) ?? 0
    })
  }
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode
    else fail(error)
  }
}

function addSetting(command: Command, name: SettingName): void {
  const { flag, summary, default: fallback, env } = settingsTable[name]
  if (flag === '') return
  command.addOption(new Option(flag, `${summary} (${env}, default: ${fallback})`))
}

function fail(error: unknown): void {
  console.error(`atoll: ${describeFailure(error)}`)
  if (process.env.ATOLL_LOG_LEVEL === 'debug') console.error(error)
  process.exitCode = 1
}
