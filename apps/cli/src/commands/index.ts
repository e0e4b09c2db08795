import type { AtollCommand } from '../command.ts'

/** By their names, in the order of the help. Each is loaded with all it needs, and nothing of the others. */
const loaders: Record<string, () => Promise<AtollCommand>> = {
  start: async () => (await import('./start.ts')).start,
  dev: async () => (await import('./dev.ts')).dev,
  import: async () => (await import('./import.ts')).importCommand,
  check: async () => (await import('./check.ts')).check,
  new: async () => (await import('./new.ts')).newPostCommand,
  preview: async () => (await import('./preview.ts')).preview,
  publish: async () => (await import('./publish.ts')).publish,
  token: async () => (await import('./token.ts')).token,
  export: async () => (await import('./export.ts')).exportCommand,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  handover: async () => (await import('./handover.ts')).handover,
  init: async () => (await import('./init.ts')).init,
  remove: async () => (await import('./remove.ts')).remove,
  promote: async () => (await import('./promote.ts')).promote,
  salvage: async () => (await import('./salvage.ts')).salvage,
  serve: async () => (await import('./serve.ts')).serve,
  status: async () => (await import('./status.ts')).status,
  doctor: async () => (await import('./doctor.ts')).doctor,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  console: async () => (await import('./console.ts')).consoleCommand,
  logs: async () => (await import('./logs.ts')).logs,
}

/** The command of that name, or every one when there is none: for the help. */
export function loadCommands(name: string | undefined): Promise<AtollCommand[]> {
  const asked = name !== undefined && Object.hasOwn(loaders, name) ? [loaders[name]!] : Object.values(loaders)
  return Promise.all(asked.map((load) => load()))
}
