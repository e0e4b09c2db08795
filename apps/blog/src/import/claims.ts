import type { ImportProblemCode } from './problems.ts'

/** An address or name that only one file can have. */
export interface Claim {
  key: string
  /** What is wrong when somebody else has it; `holder` is the other file. */
  conflict: (holder: string) => Conflict
}

export interface Conflict {
  line: number
  code: ImportProblemCode
  message: string
}

export interface Claimant {
  source: string
  claims: Claim[]
  /** What the published version of this file holds, and goes on holding if this one is not accepted. */
  published: string[]
}

export interface SettledClaims {
  /** The first conflict of each source that does not get what it claims. */
  refused: Map<string, Conflict>
  /** Who has what in the end. */
  holders: ReadonlyMap<string, string>
}

/**
 * Decides who gets what: those who have it published, then the others in their order. Whoever cannot have everything
 * gets nothing, and keeps what it has published.
 */
export function settleClaims(claimants: Claimant[], standing: ReadonlyMap<string, string>): SettledClaims {
  const refused = new Map<string, Conflict>()
  const holdersFirst = [...claimants].sort((a, b) => Number(isHolder(b)) - Number(isHolder(a)))
  // A refused file takes back what it had, which may refuse somebody else, who takes back what it had.
  for (;;) {
    const { holders, hasRefused } = distribute()
    if (!hasRefused) return { refused, holders }
  }

  function distribute() {
    const holders = new Map(standing)
    for (const { source, published } of claimants) {
      if (refused.has(source)) for (const key of published) holders.set(key, source)
    }
    let hasRefused = false
    for (const { source, claims } of holdersFirst) {
      if (refused.has(source)) continue
      const taken = claims.find(({ key }) => (holders.get(key) ?? source) !== source)
      if (taken) {
        refused.set(source, taken.conflict(holders.get(taken.key)!))
        hasRefused = true
      } else {
        for (const { key } of claims) holders.set(key, source)
      }
    }
    return { holders, hasRefused }
  }
}

function isHolder({ claims, published }: Claimant): boolean {
  return claims.some(({ key }) => published.includes(key))
}
