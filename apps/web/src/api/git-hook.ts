import { createHmac, timingSafeEqual } from 'node:crypto'
import { type BlogTables, type GitRepository, type ImportReport, importContent, pullRepository } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import type { Log } from '../log.ts'
import { chunksOf } from './body.ts'
import type { Call } from './calls.ts'
import { ApiError } from './errors.ts'

export interface GitHookOptions {
  repo: Repo<BlogTables>
  largeFileBytes: number
  onReport: (report: ImportReport) => void
  log: Log
  repository: GitRepository
  /** Where the repository is kept. */
  folder: string
  /** Signs what the sender says. */
  secret: string
}

/** What hosts of repositories send at most; most of it is the list of commits. */
const maxHookBytes = 25 * 1024 * 1024

/**
 * `POST /api/hooks/git`: something was pushed. Nothing of what is sent matters but that it is signed, as GitHub, Gitea
 * and Forgejo sign (`X-Hub-Signature-256`): what is published is what the repository has. So a hook that is sent twice,
 * or again by somebody who recorded it, does no harm.
 */
export function gitHookCalls(
  options: Partial<GitHookOptions> & Omit<GitHookOptions, 'repository' | 'folder' | 'secret'>,
) {
  const { repository, folder, secret, log } = options
  const publish = repository && folder ? oneAtATime(() => pull({ ...options, repository, folder })) : undefined
  const hook: Call = {
    async answer({ request, response }) {
      if (!publish || !secret) throw new ApiError('not_configured', 'ATOLL_GIT_URL and ATOLL_HOOK_SECRET are not set')
      const signature = request.headers['x-hub-signature-256']
      if (typeof signature !== 'string') throw new ApiError('bad_signature', 'there is no X-Hub-Signature-256')
      // Not kept: who sends it is known only when all of it was read.
      const signing = createHmac('sha256', secret)
      for await (const chunk of chunksOf(request, maxHookBytes)) signing.update(chunk)
      if (!isSame(signature, `sha256=${signing.digest('hex')}`))
        throw new ApiError('bad_signature', 'the hook was signed with another secret')
      // Whoever sends hooks waits a few seconds at most.
      void publish().catch((error) => log.error({ err: error }, 'a git hook could not publish'))
      response.statusCode = 202
      return { accepted: true }
    },
  }
  return { 'POST /api/hooks/git': hook }
}

async function pull(options: Omit<GitHookOptions, 'secret'>): Promise<void> {
  const { repo, repository, folder, largeFileBytes, onReport, log } = options
  const content = await pullRepository(repository, folder)
  const report = await importContent({ repo, folder: content, largeFileBytes })
  onReport(report)
  const { problems, refused, added, changed, renamed, deleted } = report
  log.info({ added, changed, renamed, deleted, problems: problems.length, refused }, 'published what was pushed')
}

/** While one runs, any number of calls ask for one more: the last push is never left out. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  return function ask(): Promise<void> {
    if (!running) {
      running = work().finally(() => {
        running = undefined
      })
      return running
    }
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined
        return ask()
      })
    return next
  }
}

function isSame(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
