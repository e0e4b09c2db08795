import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that collect orphans and pass signals on; each takes a command after `--`. */
const inits = ['tini', 'dumb-init', 'catatonit', 'docker-init']

/**
 * Node collects only children it started itself, so as process 1 every orphan of the machine would stay as a zombie.
 * Makes an init process 1 in its place and starts this command again under it. Returns when there is none, or no need.
 */
export function goUnderInit(): 'not process 1' | 'no init' {
  if (process.pid !== 1) return 'not process 1'
  const init = inits.map(findInPath).find((path) => path !== undefined)
  if (init === undefined) return 'no init'
  return process.execve!(init, [init, '--', process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
  })
}

function findInPath(program: string): string | undefined {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program))
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
