import type { Position } from '../replication.ts'

/** What one line of LiteFS's `/events` says. Format: LiteFS 0.5.14, `http/server.go`, "handleGetEvents". */
export type LitefsEvent =
  | { kind: 'leader'; isPrimary: boolean; hostname: string | undefined }
  | { kind: 'transaction'; position: Position }
  /** The database was deleted. */
  | { kind: 'deleted' }

/** Parses a line; what is about another database, or unknown to this release, is nothing. */
export function parseEventLine(line: string, database: string): LitefsEvent | undefined {
  const { type, db, data } = JSON.parse(line) as EventLine
  if (type === 'init' || type === 'primaryChange') {
    return { kind: 'leader', isPrimary: data?.isPrimary === true, hostname: data?.hostname || undefined }
  }
  if (type !== 'tx' || db !== database || !data?.txID || !data.postApplyChecksum) return undefined
  if (data.commit === 0) return { kind: 'deleted' }
  return { kind: 'transaction', position: { txid: BigInt(`0x${data.txID}`), checksum: data.postApplyChecksum } }
}

interface EventLine {
  type?: string
  db?: string
  data?: { isPrimary?: boolean; hostname?: string; txID?: string; postApplyChecksum?: string; commit?: number }
}
