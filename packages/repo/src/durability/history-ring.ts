import type { Position } from '../protocol.ts'

/** Positions kept: a member further behind than this counts again once it has come closer. */
const kept = 16_384

/**
 * The positions that this primary itself produced in this reign. A report counts only when it is one of them: ids are
 * used again after a failover, so an old primary can be at a higher id of a history of its own.
 */
export function createHistoryRing() {
  const checksums = new Map<bigint, string>()

  return {
    add({ txid, checksum }: Position) {
      // Two checksums for one id are two histories; only the newer one is this reign's.
      if (checksums.has(txid) && checksums.get(txid) !== checksum) checksums.clear()
      checksums.set(txid, checksum)
      if (checksums.size > kept) checksums.delete(checksums.keys().next().value!)
    },
    has: ({ txid, checksum }: Position) => checksums.get(txid) === checksum,
    clear: () => checksums.clear(),
  }
}
