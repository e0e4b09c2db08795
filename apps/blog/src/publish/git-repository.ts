import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { ContentError } from '../errors.ts'

export interface GitRepository {
  /** An https address, or a folder of this machine. */
  url: string
  /** Default: the one that the repository names. */
  branch?: string
  /** Where the content is in it; default: at its root. */
  path?: string
}

const run = promisify(execFile)
/** A repository that takes longer is not a blog's. */
const timeoutMs = 5 * 60_000

/** A folder of this machine may be another user's, whom git would not trust: whoever set it does. */
const trusting = ['--upload-pack', 'git -c safe.directory=* upload-pack']

/**
 * Brings `folder` to the last commit of the repository, and returns the content folder in it. Only https and folders
 * of this machine are asked; the repository's own settings, hooks and submodules have no say, and no question is asked
 * of a person who is not there.
 */
export async function pullRepository({ url, branch, path = '' }: GitRepository, folder: string): Promise<string> {
  try {
    await prepare(url, folder)
    await git(folder, 'fetch', ...trusting, '--quiet', '--depth', '1', '--no-tags', 'origin', branch ?? 'HEAD')
    await git(folder, 'reset', '--quiet', '--hard', 'FETCH_HEAD')
    await git(folder, 'clean', '--quiet', '-fdx')
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    const lines = stderr.trim().split('\n')
    // What follows it is advice for somebody at a terminal.
    const said = (lines.find((line) => line.startsWith('fatal: ')) ?? lines.at(-1)) || message
    // Not the error itself: it names the whole command, and logs print causes.
    throw new ContentError('git_failed', `cannot pull the content: ${withoutCredentials(said)}`, {
      cause: new Error(withoutCredentials(message)),
    })
  }
  const content = await findInside(folder, path)
  if (!content) throw new ContentError('missing_folder', `the repository has no folder ${path}`)
  return content
}

/** What was pushed may be a link: whoever can write content must not be able to publish the rest of the machine. */
async function findInside(folder: string, path: string): Promise<string | undefined> {
  const content = join(folder, path)
  if (!existsSync(content)) return undefined
  const [root, target] = [await realpath(folder), await realpath(content)]
  return `${target}${sep}`.startsWith(root + sep) ? content : undefined
}

/** Addresses may hold a password, or a token in place of a name. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^@\s/]*@/g, '//…@')
}

/** The folder may be that of another repository, from before the setting was changed. */
async function prepare(url: string, folder: string) {
  if (!existsSync(join(folder, '.git'))) {
    await mkdir(folder, { recursive: true })
    await git(folder, 'init', '--quiet')
    await git(folder, 'remote', 'add', 'origin', url)
  }
  await git(folder, 'remote', 'set-url', 'origin', url)
}

function git(cwd: string, ...args: string[]) {
  const settings = ['protocol.allow=never', 'protocol.https.allow=always', 'protocol.file.allow=always']
  const safe = [...settings, 'core.hooksPath=/dev/null'].flatMap((setting) => ['-c', setting])
  return run('git', [...safe, ...args], {
    cwd,
    timeout: timeoutMs,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' },
  })
}
