import {
  type BlogTables,
  type ImportReport,
  keepUploaded,
  manifestInput,
  type PublicationRequest,
  preparePublication,
  publishFiles,
  readManifest,
} from '@atoll/blog'
import { encodeToken, type Repo } from '@atoll/repo'
import { z } from 'zod'
import { parseJson, readBody } from './body.ts'
import type { Call } from './calls.ts'
import { ApiError } from './errors.ts'
import { openLines } from './lines.ts'
import { decodeParts, maxPartsBytes } from './parts-body.ts'

export interface PublishOptions {
  repo: Repo<BlogTables>
  largeFileBytes: number
  /** Told what became of the content. */
  onReport: (report: ImportReport) => void
}

/** A list of 50,000 files fits. */
const maxRequestBytes = 16 * 1024 * 1024

const requestInput = z.object({
  files: manifestInput,
  base: z.number().int().nonnegative().optional(),
  revision: z.number().int().nonnegative(),
  force: z.boolean().optional(),
  reactions: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() }).optional(),
})

/**
 * Publishing, in three kinds of calls that any node answers, because what they keep is in the database: what would
 * change and which bytes are missing; the bytes; and the publication, whose answer is a line for each step and the
 * report in the last.
 */
export function publishCalls({ repo, largeFileBytes, onReport }: PublishOptions): Record<string, Call> {
  return {
    'POST /api/publish/plan': {
      scope: 'publish',
      async answer({ request }) {
        return preparePublication(repo, await readRequest(request), { largeFileBytes })
      },
    },
    'POST /api/publish/parts': {
      scope: 'publish',
      async answer({ request }) {
        const { token } = await keepUploaded(repo, decodeParts(await readBody(request, maxPartsBytes)))
        return { token: encodeToken(token) }
      },
    },
    'POST /api/publish': {
      scope: 'publish',
      async answer({ request, response }) {
        const publication = await readRequest(request)
        // What can be refused is, before the answer begins.
        const { lacks } = await preparePublication(repo, publication, { largeFileBytes })
        const lines = lacks.length === 0 ? openLines(response) : undefined
        try {
          const report = await publishFiles(
            { repo, largeFileBytes, onProgress: (progress) => lines?.write({ progress }) },
            publication,
          )
          onReport(report)
          lines?.end({ report })
        } catch (error) {
          lines?.fail(error)
          throw error
        }
        return 'answered'
      },
    },
  }
}

async function readRequest(request: Parameters<typeof readBody>[0]): Promise<PublicationRequest> {
  const parsed = requestInput.safeParse(parseJson(await readBody(request, maxRequestBytes)))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ApiError('bad_request', `${issue?.path.join('.')}: ${issue?.message}`)
  }
  return { ...parsed.data, files: readManifest(parsed.data.files) }
}
