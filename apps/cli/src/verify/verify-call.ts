import { type Call, openLines } from '@atoll/web'
import type { SiteDatabase } from '../database.ts'
import { localNode } from './local-node.ts'
import { answerVerifications, remoteNodes } from './over-cluster.ts'
import { verify } from './verify.ts'

export interface Verification {
  calls: Record<string, Call>
  close(): void
}

/** `POST /api/verify`, for operators: a line for each check, and this node's part in those of others. */
export function openVerification(database: SiteDatabase): Verification {
  const local = localNode(database)
  const cluster = database.kind === 'litefs' ? database.node : undefined
  const close = cluster ? answerVerifications(cluster, local) : () => {}
  const call: Call = {
    scope: 'operate',
    async answer({ response }) {
      const lines = openLines(response, { leastMsBetween: 0 })
      try {
        for await (const verdict of verify([local, ...(cluster ? remoteNodes(cluster) : [])])) lines.write({ verdict })
        lines.end({ done: true })
      } catch (error) {
        lines.fail(error)
      }
      return 'answered'
    },
  }
  return { calls: { 'POST /api/verify': call }, close }
}
