import { type BlogTables, reactionsInput, restoreReactions } from '@atoll/blog'
import { encodeToken, type Repo } from '@atoll/repo'
import { parseJson, readBody } from './body.ts'
import type { Call } from './calls.ts'
import { ApiError } from './errors.ts'

const maxRequestBytes = 1024 * 1024

/** What readers left, put back from a backup: `atoll restore --to` sends it piece by piece. */
export function reactionCalls(repo: Repo<BlogTables>): Record<string, Call> {
  return {
    'POST /api/reactions': {
      scope: 'publish',
      async answer({ request }) {
        const parsed = reactionsInput.safeParse(parseJson(await readBody(request, maxRequestBytes)))
        if (!parsed.success) throw new ApiError('bad_request', `no reactions: ${parsed.error.issues[0]?.message}`)
        const { token } = await repo.run(restoreReactions, { posts: parsed.data })
        return { token: encodeToken(token) }
      },
    },
  }
}
