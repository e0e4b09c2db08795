import { setTimeout as delay } from 'node:timers/promises'
import { type Child, type ChildCommand, type Exit, startChild } from './child.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { type Folder, makeFolder, writePrivately } from './folders.ts'
import { type GuardTask, openGuardChannel } from './guard-channel.ts'
import { type Kept, keepRunning } from './keep-running.ts'
import { type LitefsSettings, litefsConfig } from './litefs-config.ts'
import type { Log } from './log.ts'
import { abortMount, cleanStaleMount, isMounted } from './mount.ts'
import { nameLine } from './output.ts'
import { watchPulse } from './pulse.ts'
import { freeWhenStuck } from './stuck-end.ts'
import { describeTrouble, diagnose } from './trouble.ts'
import { createTroublePage } from './trouble-page.ts'

type ChildName = 'guard' | 'litefs' | 'app'

export interface SupervisorOptions {
  litefs: LitefsSettings & {
    /** The program; default `litefs`, found in PATH. */
    command?: string
    /** The file its configuration is written to. */
    configFile: string
  }
  guard: ChildCommand & {
    /** Sent to it over its channel. */
    options: unknown
  }
  app: ChildCommand
  /** Folders that have to be there before anything starts, besides LiteFS's own. */
  folders: readonly Folder[]
  /** Where the app will listen. Port 0: nothing stands in for it. */
  site: { host: string; port: number }
  log: Log
  /** Takes the children's output, a JSON line at a time. */
  writeLine: (line: string) => void
  graceMs?: Partial<Grace>
}

/** How long each step of the end may take. A platform's own limit has to be longer than their sum, 35 s. */
export interface Grace {
  /** Default 15 s. */
  handover: number
  /** Default 10 s. */
  app: number
  /** Default 5 s. */
  litefs: number
  /** Default 5 s. */
  guard: number
}

export interface Supervisor {
  /** The process ids of what runs now. */
  readonly pids: Record<ChildName, number | undefined>
  /** Ends the children in the order that loses nothing. Asking again changes nothing. */
  stop(): Promise<ExitCode>
  /** Ends everything at once. */
  kill(): void
}

/** pino's numbers. */
const [info, warn] = [30, 40]

const defaultGrace: Grace = { handover: 15_000, app: 10_000, litefs: 5_000, guard: 5_000 }

/** How long a node that stops goes on serving after it says so, for balancers to look elsewhere. */
const farewellMs = 1_000

/** Sent to the app when the node begins to stop: it says on `/ready` that nobody should be sent here, and serves on. */
export const stoppingMessage = { kind: 'stopping' } as const

/** How long LiteFS may take to mount before the site's address says so. */
const patienceMs = 5_000

/** A child that starts again sooner than this is not worth a page. */
const shownFromMs = 1_000

/**
 * Runs a node: guard, LiteFS and app, started in this order, each started again when it ends. Rejects when nothing was
 * started, because a folder cannot be made; whatever fails later is shown in the site's place and tried again.
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { litefs, guard, app, folders, site, log, writeLine } = options
  const grace = { ...defaultGrace, ...options.graceMs }
  const page = createTroublePage({ ...site, log })
  const stopping = new AbortController()
  const channel = openGuardChannel(guard.options)
  const kept: Partial<Record<ChildName, Kept>> = {}
  let stopped: Promise<ExitCode> | undefined

  await prepareFolders()
  const started = startInOrder().catch((error) => {
    if (!stopping.signal.aborted) throw error
  })

  return {
    get pids() {
      return { guard: kept.guard?.child?.pid, litefs: kept.litefs?.child?.pid, app: kept.app?.child?.pid }
    },
    stop() {
      stopped ??= stopInOrder()
      return stopped
    },
    kill() {
      stopping.abort()
      for (const child of Object.values(kept)) void child.stop({ graceMs: 0 })
    },
  }

  async function prepareFolders(): Promise<void> {
    for (const folder of folders) await makeFolder(folder)
    await makeFolder({ path: litefs.dataFolder, mode: 0o700 })
    await writePrivately(litefs.configFile, litefsConfig(litefs))
  }

  async function startInOrder(): Promise<void> {
    await startGuard()
    startLitefs()
    await mounted()
    startApp()
  }

  function startGuard(): Promise<void> {
    kept.guard = keepRunning({
      name: 'guard',
      log,
      start: async () => {
        const child = launch({ ...guard, name: 'guard', hasChannel: true })
        channel.attach(child)
        return child
      },
      onExit: ({ exit, lastLines }) => {
        if (!kept.litefs) void page.show(diagnose('guard', exit, lastLines))
      },
    })
    return Promise.race([channel.ready, aborted(stopping.signal)])
  }

  function startLitefs(): void {
    kept.litefs = keepRunning({
      name: 'litefs',
      log,
      start: async () => {
        const cleaned = await cleanStaleMount(litefs.mountFolder)
        if (cleaned !== 'clean')
          log.warn({ folder: litefs.mountFolder, cleaned }, 'took away the mount of an earlier run')
        const child = launch(litefsProgram(litefs))
        freeWhenStuck(child, async () => {
          log.warn({ pid: child.pid }, 'LiteFS was killed and waits for itself; ending its file system')
          await abortMount(litefs.mountFolder)
        })
        return child
      },
      onExit: ({ exit, lastLines }) => {
        void tell('litefs ended')
        if (!kept.app) void page.show(diagnose('litefs', exit, lastLines))
      },
    })
  }

  async function mounted(): Promise<void> {
    const patience = setTimeout(() => void page.show(describeTrouble('litefs_waits')), patienceMs)
    try {
      while (!(await isMounted(litefs.mountFolder))) await delay(50, undefined, { signal: stopping.signal })
    } finally {
      clearTimeout(patience)
    }
  }

  function startApp(): void {
    kept.app = keepRunning({
      name: 'app',
      log,
      start: async () => {
        await page.hide()
        return launch({ ...app, name: 'app', hasChannel: true })
      },
      onExit: ({ exit, waitMs, lastLines }) => {
        void tell('app ended')
        if (waitMs >= shownFromMs) void page.show(diagnose('app', exit, lastLines))
      },
    })
  }

  async function stopInOrder(): Promise<ExitCode> {
    stopping.abort()
    await started
    await page.hide()
    const isServing = kept.app?.child?.send(stoppingMessage)
    const farewell = isServing && delay(farewellMs)
    // Without LiteFS there was nothing to hold, and nobody who waits for this node.
    const hasSteppedDown = !kept.litefs || (await tell('step down', grace.handover))
    await farewell
    const exits = [
      await kept.app?.stop({ graceMs: grace.app }),
      await kept.litefs?.stop({ graceMs: grace.litefs }),
      await kept.guard?.stop({ graceMs: grace.guard }),
    ]
    await cleanStaleMount(litefs.mountFolder).catch((error) => log.warn({ err: error }, 'the mount stays'))
    if (exits.some(wasKilled)) return exitCodes.killed
    return hasSteppedDown ? exitCodes.stopped : exitCodes.withoutHandover
  }

  function launch(command: ChildCommand): Child {
    const child = startChild(command, (line, output) => {
      writeLine(nameLine(line, { child: command.name, level: output === 'stderr' ? warn : info }))
    })
    watchPulse(child, { name: command.name, log })
    return child
  }

  /** Resolves to whether the guard did it. The node goes on either way. */
  async function tell(task: GuardTask, deadlineMs = 10_000): Promise<boolean> {
    try {
      await channel.do(task, deadlineMs)
      return true
    } catch (error) {
      log.error({ task, reason: (error as Error).message }, 'the guard did not do what it was told')
      return false
    }
  }
}

/** `setpriv` lets the kernel end LiteFS with the supervisor, however that ends: it would go on without its guard. */
function litefsProgram({ command = 'litefs', configFile }: SupervisorOptions['litefs']): ChildCommand {
  return {
    name: 'litefs',
    command: 'setpriv',
    args: ['--pdeathsig', 'KILL', command, 'mount', '-config', configFile, '-no-expand-env'],
    // Nothing else: it reads FLY_* and LITEFS_* variables, and needs no secret.
    env: { PATH: process.env.PATH },
  }
}

function wasKilled(exit: Exit | undefined): boolean {
  return exit?.kind === 'signal' && exit.signal === 'SIGKILL'
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}
