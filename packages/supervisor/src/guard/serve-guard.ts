import type { Duplex } from 'node:stream'
import { type Conversation, converse } from './conversation.ts'
import type { Disk } from './disk.ts'
import { GuardError } from './errors.ts'
import type { PromoteAnswer } from './handover.ts'
import { encodeSet } from './in-sync-set.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import type { SetAnswer } from './may-lead.ts'
import { parsePosition } from './position.ts'
import type { Report } from './report.ts'

export interface ServeGuardOptions {
  litefs: LitefsWatch
  disk: Disk
  report(): Report
  /** Lets this node's application do ahead what it can of becoming the primary's. */
  prepare(): Promise<void>
  /** Lets this node's LiteFS take over. */
  promote(): Promise<PromoteAnswer>
  remove(node: string): Promise<void>
}

export interface ServedGuards {
  serve(stream: Duplex): void
  /** Says at once what would otherwise be said at the next ping. */
  tellReport(): void
}

/** Answers other guards, and tells them of each position that this node's database reaches. */
export function serveGuards({ litefs, disk, report, prepare, promote, remove }: ServeGuardOptions): ServedGuards {
  const listening = new Set<Conversation>()
  litefs.onPosition(tellReport)

  return {
    serve(stream) {
      const conversation = converse(stream, { handle })
      listening.add(conversation)
      // What it knows of the in-sync set it says also while its LiteFS is gone, and it answers no ping.
      conversation.tell('report', report())
      void conversation.closed.then(() => listening.delete(conversation))
    },
    tellReport,
  }

  function tellReport() {
    const now = report()
    for (const conversation of listening) conversation.tell('report', now)
  }

  async function handle(method: string, params: unknown): Promise<unknown> {
    switch (method) {
      case 'ping':
        // A node whose LiteFS stands still is silent, though its guard is not.
        if (!litefs.isAnswering) throw new GuardError('litefs_unreachable', 'LiteFS does not answer')
        return report()
      case 'newest-set': {
        const set = disk.newestSet && encodeSet(disk.newestSet)
        return { set, disk: disk.id, position: report().position } satisfies SetAnswer
      }
      case 'has-been-at': {
        const position = parsePosition((params as { position?: string }).position ?? '')
        return position ? litefs.hasBeenAt(position) : 'unknown'
      }
      case 'prepare':
        return prepare()
      case 'promote':
        return promote()
      case 'remove':
        return remove((params as { node: string }).node)
    }
    throw new GuardError('unknown_call', `this guard knows no call "${method}"`)
  }
}
