/** How far a database is. Ids are used again after a failover: only both parts together name a history. */
export interface Position {
  txid: bigint
  /** 16 hexadecimal digits. */
  checksum: string
}

/** `<16 hex of txid>/<16 hex of checksum>`, as LiteFS writes it. */
export function encodePosition({ txid, checksum }: Position): string {
  return `${txid.toString(16).padStart(16, '0')}/${checksum}`
}

export function parsePosition(text: string): Position | undefined {
  const match = /^([0-9a-f]{16})\/([0-9a-f]{16})$/.exec(text)
  return match ? { txid: BigInt(`0x${match[1]}`), checksum: match[2]! } : undefined
}

export function isSamePosition(a: Position | undefined, b: Position | undefined): boolean {
  return a?.txid === b?.txid && a?.checksum === b?.checksum
}
