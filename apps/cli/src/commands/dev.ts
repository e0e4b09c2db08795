import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../checkout.ts'
import type { AtollCommand } from '../command.ts'

/** Editors save several files at once; a build starts after this many quiet milliseconds. */
const quietMs = 60

export const dev: AtollCommand = {
  usage: 'dev',
  summary: 'serve the site, reload the browser when content or code changes',
  settings: ['port', 'host', 'content', 'data', 'url', 'cacheMb', 'largeFileMb', 'logLevel'],
  async run({ settings }) {
    if (process.env.ATOLL_DEV_CHILD || !existsSync(join(checkout, 'build.ts'))) {
      const { runSite } = await import('../site.ts')
      await runSite({ settings: { ...settings, watch: true }, isDev: true })
    } else {
      await superviseChild()
    }
    return 0
  },
}

/** Runs the server as a child that ends and starts again with each build. */
async function superviseChild(): Promise<void> {
  let child = startChild()
  let isBuilding = false
  let hasChangedMeanwhile = false
  let isEnding = false
  let quiet: NodeJS.Timeout | undefined
  const watchers = ['apps', 'packages'].map((folder) =>
    watch(join(checkout, folder), { recursive: true }, (_, path) => {
      if (!path || !/[\\/]src[\\/]/.test(path) || path.includes('.test.')) return
      clearTimeout(quiet)
      quiet = setTimeout(rebuild, quietMs)
    }),
  )

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
  })
  isEnding = true
  clearTimeout(quiet)
  for (const watcher of watchers) watcher.close()
  await endChild(child)

  async function rebuild() {
    if (isBuilding) {
      hasChangedMeanwhile = true
      return
    }
    isBuilding = true
    do {
      hasChangedMeanwhile = false
      const { code } = await ended(spawn(process.execPath, ['build.ts'], { cwd: checkout, stdio: 'inherit' }))
      if (code !== 0 || isEnding) continue
      await endChild(child)
      if (!isEnding) child = startChild()
    } while (hasChangedMeanwhile && !isEnding)
    isBuilding = false
  }
}

function startChild(): ChildProcess {
  return spawn(process.execPath, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, ATOLL_DEV_CHILD: '1' },
  })
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = ended(child)
  child.kill('SIGTERM')
  await gone
}

function ended(child: ChildProcess): Promise<{ code: number | null }> {
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code })))
}
