import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BlogTables, openBlog } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localNode } from './local-node.ts'
import { type NodeFacts, type Verdict, type VerifiedNode, verify } from './verify.ts'

let home: string
let repo: Repo<BlogTables>
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'atoll-verify-'))
  repo = await openBlog({ file: join(home, 'atoll.db') })
})
afterEach(async () => {
  await repo.close()
  rmSync(home, { recursive: true })
})

/** Two names for one database: the second plays a replica, and a test makes it a bad one. */
function nodes(broken: Partial<VerifiedNode> = {}): VerifiedNode[] {
  const one = localNode({ kind: 'embedded', repo, close: async () => {} })
  const replica = { ...one, name: 'there', facts: async () => ({ ...(await one.facts()), role: 'replica' as const }) }
  return [one, { ...replica, writeDirectly: async () => 'refused', ...broken }]
}

const judge = async (all: VerifiedNode[]): Promise<Verdict[]> => Array.fromAsync(verify(all, { patienceMs: 300 }))
const failures = (verdicts: Verdict[]) => verdicts.filter(({ isGood }) => !isGood).map(({ what }) => what)

describe('verify', () => {
  it('finds nothing on nodes that are well, and leaves no rows', async () => {
    const verdicts = await judge(nodes())
    expect(failures(verdicts)).toEqual([])
    expect(verdicts.map(({ what }) => what)).toEqual([
      'one node is primary, the others are replicas',
      'a write through here is seen everywhere',
      'a write through there is seen everywhere',
      '40 records from one node are on every node',
      'here refuses a write beside the layer',
      'there refuses a write beside the layer',
      'every node has the same counts',
      'every node is at the same position',
    ])
    expect(await repo.db.selectFrom('verifications').selectAll().execute()).toEqual([])
  })

  it.each([
    ['takes writes of its own, which was the mistake nobody noticed', 'written'],
    ['could not be tried', 'not tried'],
  ] as const)('finds a replica that %s', async (_, outcome) => {
    expect(failures(await judge(nodes({ writeDirectly: async () => outcome })))).toEqual([
      'there refuses a write beside the layer',
    ])
  })

  it('finds a node that does not get what others write', async () => {
    expect(failures(await judge(nodes({ seen: async () => 0 })))).toEqual([
      'a write through here is seen everywhere',
      'a write through there is seen everywhere',
      '40 records from one node are on every node',
    ])
  })

  it('finds a node on which one of many records is missing', async () => {
    const all = nodes()
    const seen = async (run: string) => Math.min(await all[0]!.seen(run), 39)
    expect(failures(await judge([all[0]!, { ...all[1]!, seen }]))).toEqual([
      '40 records from one node are on every node',
    ])
  })

  it('finds nodes with different rows, or at different positions', async () => {
    const changed = async (change: Partial<NodeFacts>) => {
      const [here, there] = nodes()
      const facts = async () => ({ ...(await there!.facts()), ...change })
      return failures(await judge([here!, { ...there!, facts }]))
    }
    // As the original's were for weeks: 32 tags and 7.
    expect(await changed({ counts: { tags: 7 } })).toEqual(['every node has the same counts'])
    const position = { txid: 7n, checksum: 'other' }
    expect(await changed({ position })).toEqual(['every node is at the same position'])
  })

  it('finds two primaries, and a node that is not on LiteFS', async () => {
    const facts = async () => ({ role: 'primary' as const, mount: 'missing' as const, position: undefined, counts: {} })
    const found = failures(await judge([nodes()[0]!, { ...nodes()[1]!, facts }]).catch(() => []))
    expect(found).toContain('there has the database on LiteFS')
    expect(found).toContain('one node is primary, the others are replicas')
  })

  it('finds a node through which nothing can be written, and removes its rows all the same', async () => {
    const write = () => Promise.reject(new Error('no way to the primary'))
    expect(failures(await judge(nodes({ write })))).toEqual([
      'a write through there is seen everywhere',
      '40 records from one node are on every node',
    ])
    const file = new SQLite(join(home, 'atoll.db'), { readonly: true })
    expect(file.prepare('select count(*) from verifications').pluck().get()).toBe(0)
    file.close()
  })
})
