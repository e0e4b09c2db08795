import type { BlogTables } from '@atoll/blog'
import { listContent, readOriginal } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import type { Call } from './calls.ts'
import { ApiError } from './errors.ts'

/** All content as it was written, for `atoll export --from`: which files there are, and the bytes of each. */
export function contentCalls(repo: Repo<BlogTables>): Record<string, Call> {
  return {
    'GET /api/content': {
      scope: 'publish',
      answer: () => listContent(repo),
    },
    'GET /api/content/file': {
      scope: 'publish',
      async answer({ response, query }) {
        const hash = query.get('hash') ?? ''
        const bytes = await readOriginal(repo.reader(), hash)
        if (!bytes) throw new ApiError('not_found', `there is no file ${hash}`)
        response.writeHead(200, {
          'Content-Type': 'application/octet-stream',
          'Content-Length': bytes.length,
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
        })
        response.end(bytes)
        return 'answered'
      },
    },
  }
}
