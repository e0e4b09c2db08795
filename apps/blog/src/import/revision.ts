import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** What the database has, as far as the decision needs it. */
export interface PublishedRevision {
  revision: number
  origin: string
}

export interface FolderRevision {
  /** Seconds since 1970: of the last commit, or of the newest file. */
  computed: number
  origin: string
  /** Some file is older than when it was last imported. */
  wentBack: boolean
}

export type RevisionVerdict = { revision: number } | { refused: string }

/**
 * Whether the content of a folder may replace what is published. A lower revision never replaces a higher one, so
 * that an old release coming back does not undo newer content; but in the folder the content came from, where no file
 * went back in time, deleting the newest file is an edit like any other.
 */
export function judgeRevision(
  published: PublishedRevision | undefined,
  { computed, origin, wentBack }: FolderRevision,
  force = false,
): RevisionVerdict {
  if (!published || force || computed >= published.revision) return { revision: computed }
  if (origin === published.origin && !wentBack) return { revision: published.revision }
  const [found, stored] = [computed, published.revision].map((time) => new Date(time * 1000).toISOString())
  return { refused: `the folder is from ${found}, older than the published content, which is from ${stored}` }
}

/** Names a folder so that another one at the same path, such as a new release's, is not taken for it. */
export function originOf(folder: string): string {
  const { dev, ino, birthtimeMs } = statSync(folder)
  return `${dev} ${ino} ${birthtimeMs}`
}

/** When the folder was last committed, in seconds, if it is in a git work tree and exactly as committed there. */
export async function readCommitTime(folder: string): Promise<number | undefined> {
  if (!isInWorkTree(resolve(folder))) return undefined
  // Status would take the lock of the index from whoever works in this folder.
  const git = (...args: string[]) => run('git', ['--no-optional-locks', ...args], { cwd: folder, timeout: 10_000 })
  try {
    const [status, log] = await Promise.all([
      git('status', '--porcelain', '--untracked-files=normal', '--', '.'),
      git('log', '-1', '--format=%ct', '--', '.'),
    ])
    return status.stdout === '' && log.stdout !== '' ? Number(log.stdout) : undefined
  } catch {
    // No git, no work tree, or one that git does not trust: the files' times decide.
    return undefined
  }
}

function isInWorkTree(folder: string): boolean {
  return existsSync(join(folder, '.git')) || (dirname(folder) !== folder && isInWorkTree(dirname(folder)))
}

const run = promisify(execFile)
