import { type NodeState, RepoError } from '@atoll/repo'
import { describe, expect, it } from 'vitest'
import { conditionOf } from './condition.ts'

const well: NodeState = {
  role: { kind: 'replica', primary: 'n1' },
  leadership: 'following',
  epoch: { number: 1, id: 'a' },
  database: { kind: 'ready' },
  writes: { waiting: 0, bytes: 0, parked: 0, retried: 0, found: 0, fenced: 0 },
  reads: { waited: 0, elsewhere: 0 },
  inSync: [],
  problem: undefined,
}

describe('conditionOf', () => {
  it('has nothing to say of a node that is well', () => {
    expect(conditionOf(well, false)).toEqual({ isLast: false, reasons: {} })
    expect(conditionOf({ ...well, role: { kind: 'primary' }, leadership: 'leading' }, false)).toEqual({
      isLast: false,
      reasons: {},
    })
  })

  it.each<[string, Partial<NodeState>, RegExp]>([
    ['there is no primary', { role: { kind: 'unknown' }, leadership: 'unknown' }, /none is known/],
    ['a handover is under way', { role: { kind: 'primary' }, leadership: 'draining' }, /handover/],
    [
      'this primary cannot begin',
      { role: { kind: 'primary' }, leadership: 'beginning', problem: { code: 'disk_full', message: '/litefs' } },
      /cannot take writes yet \(disk_full\)/,
    ],
  ])('goes on serving readers when %s', (_what, state, reason) => {
    const { unavailable, reasons } = conditionOf({ ...well, ...state }, false)
    expect(unavailable).toBeUndefined()
    expect(reasons.primary).toMatch(reason)
  })

  it.each<[NodeState['database'], string]>([
    [{ kind: 'opening' }, 'booting'],
    [{ kind: 'waiting_for_schema', missing: ['007'] }, 'waiting for the schema'],
  ])('sends readers elsewhere while the database is %j', (database, unavailable) => {
    expect(conditionOf({ ...well, database }, true)).toEqual({ unavailable, reasons: {} })
  })

  it('says of a database that cannot be read whether another node is ready, and tells no paths', () => {
    const error = new RepoError('database_unavailable', '/litefs/atoll.db is gone')
    expect(conditionOf({ ...well, database: { kind: 'unavailable', error } }, true)).toEqual({
      unreadable: 'the database cannot be read (database_unavailable)',
      isLast: true,
      reasons: {},
    })
  })
})
