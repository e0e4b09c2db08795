import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createKey, type Token } from '../../packages/repo/src/index.ts'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { account, freshNumbers } from './account.ts'
import { ask, openDataCluster, read, run, state, work } from './driver.ts'

const limits = { writes: 600, bytes: 64 * 1024 * 1024 }
let cluster: Cluster
let primary: ClusterNode
let replicas: ClusterNode[]

beforeAll(async () => {
  cluster = await openDataCluster('forwarding', { node: { limits } })
  primary = await cluster.primary()
  replicas = await cluster.replicas()
}, 120_000)
afterEach(() => cluster.delay(0))
afterAll(() => cluster.close())

const usual = { deadlineMs: 30_000 }

describe('a write on a replica', () => {
  it('is on every node once it is acknowledged', async () => {
    const n = freshNumbers()
    const { token, copies } = await run(replicas[0]!, { operation: 'numbers.add', input: { n, node: 'test' } })
    expect(copies).toBe(3)
    for (const node of cluster.nodes) {
      const { rows } = await read(node, { sql: 'select n from numbers where n = ?', parameters: [n], token })
      expect(rows).toEqual([{ n }])
    }
  })

  it('carries values there and back unchanged', async () => {
    const everything = {
      big: 2n ** 60n,
      date: new Date(1e12),
      bytes: new Uint8Array([0, 255, 7]),
      nothing: null,
      missing: undefined,
      text: '🏝️ \u0000 é',
      numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY, 0.1],
      nested: { list: [{ deep: true }] },
    }
    const answers = await Promise.all(
      [primary, replicas[0]!].map((node) =>
        run<{ everything: unknown; row: object }>(node, { operation: 'things.keep', input: { everything, text: '🏝️' } }),
      ),
    )
    for (const { value } of answers) {
      expect(value.everything).toStrictEqual(everything)
      expect(value.row).toMatchObject({ value: '🏝️', bytes: null })
    }
  })

  it('carries ten megabytes', async () => {
    const bytes = new Uint8Array(10 * 1024 * 1024).map((_, index) => index * 31)
    const { value } = await run<{ row: { bytes: Uint8Array } }>(replicas[0]!, {
      operation: 'things.keep',
      input: { bytes },
    })
    expect(Buffer.compare(value.row.bytes, bytes)).toBe(0)
  })

  it('fails with the error it has on the primary', async () => {
    const failures = await Promise.all(
      [primary, replicas[0]!].map((node) =>
        run(node, { operation: 'things.keep', input: { fail: true } }).catch(({ code, applied, sqlite }) => ({
          code,
          applied,
          sqlite,
        })),
      ),
    )
    expect(failures[1]).toEqual(failures[0])
    expect(failures[1]).toMatchObject({
      code: 'constraint',
      applied: 'no',
      sqlite: { table: 'counters', columns: ['name'] },
    })
  })

  it('can be plain SQL, one statement or several that succeed together', async () => {
    const [replica] = replicas
    const insert = (value: string) => ({
      sql: 'insert into things (value) values (?) returning value',
      parameters: [value],
    })
    expect(await ask(replica!, 'execute', insert('plain'))).toMatchObject({ rows: [{ value: 'plain' }] })
    const failing = { sql: 'insert into counters values (null, 1)', parameters: [] }
    const batch = ask(replica!, 'batch', { statements: [insert('half'), failing] })
    await expect(batch).rejects.toMatchObject({ code: 'constraint', applied: 'no' })
    const { value } = (await ask(replica!, 'batch', { statements: [insert('one'), insert('two')] })) as {
      value: unknown[]
    }
    expect(value).toMatchObject([{ rows: [{ value: 'one' }] }, { rows: [{ value: 'two' }] }])
    const { rows } = await read(primary, {
      sql: `select value from things where value in ('half', 'one', 'two')`,
      parameters: [],
    })
    expect(rows).toEqual([{ value: 'one' }, { value: 'two' }])
  })
})

describe('many writers', () => {
  it('lose nothing and double nothing, over slow links', async () => {
    await cluster.delay(20)
    const histories = await Promise.all(
      cluster.nodes.map((node) => work(node, 'set', { writers: 64, count: 5, first: freshNumbers(), ...usual })),
    )
    expect(histories.map(({ applied }) => applied.length)).toEqual([320, 320, 320])
    await account(cluster, histories)
  })

  it('never share a transaction', async () => {
    const options = { writers: 32, count: 5, counter: 'shared', ...usual }
    const histories = await Promise.all(cluster.nodes.map((node) => work(node, 'increments', options)))
    expect(histories.map(({ codes }) => codes)).toEqual([{}, {}, {}])
    const { value } = await run<number>(primary, { operation: 'counters.increment', input: { name: 'shared' } })
    expect(value).toBe(3 * 32 * 5 + 1)
  })

  it('keep the total of all accounts, and the order of each client, on every node at every moment', async () => {
    await run(primary, { operation: 'accounts.open', input: { count: 10, balance: 100 } })
    await cluster.delay(10)
    const watching = cluster.nodes.map((node) => work(node, 'watch', { total: 1000, untilMs: 3000 }))
    const [banks, pairs] = await Promise.all([
      Promise.all(replicas.map((node) => work(node, 'bank', { writers: 16, count: 20, accounts: 10, ...usual }))),
      Promise.all(
        replicas.map((node) => work(node, 'pairs', { writers: 8, count: 10, first: freshNumbers(), ...usual })),
      ),
    ])
    for (const { applied } of banks) expect(applied.length).toBeGreaterThan(200)
    for (const { applied } of pairs) expect(applied).toHaveLength(80)
    for (const { looks, wrong } of await Promise.all(watching)) {
      expect(wrong).toEqual([])
      expect(looks).toBeGreaterThan(20)
    }
  })

  it('see what an answer to them was made from', async () => {
    const names = Array.from({ length: 20 }, () => String(freshNumbers()))
    const watching = cluster.nodes.map((node) => work(node, 'watch', { total: 1000, untilMs: 1500 }))
    for (const name of names) {
      await run(replicas[0]!, { operation: 'pairs.add', input: { name, part: 'x' } })
      await run(replicas[1]!, { operation: 'pairs.add', input: { name, part: 'y' } })
    }
    for (const { looks, wrong } of await Promise.all(watching))
      expect({ wrong, hasLooked: looks > 0 }).toEqual({ wrong: [], hasLooked: true })
  })

  it('beyond what may wait are refused at once, and the others are not harmed', async () => {
    await cluster.delay(20)
    const [history] = await Promise.all([
      work(replicas[0]!, 'set', { writers: 1000, count: 1, first: freshNumbers(), ...usual }),
    ])
    expect(history!.codes).toEqual({ overloaded: 400 })
    expect(history!.applied).toHaveLength(600)
    await account(cluster, [history!])
    expect((await state(replicas[0]!)).writes.waiting).toBe(0)
  })
})

describe('a read that never ends', () => {
  it('does not keep a candidate from receiving what is written', async () => {
    const [reader, writer] = replicas
    const endless = 'with recursive c (n) as (select 1 union all select n + 1 from c) select n from c where n < 0'
    let isReading = true
    const reading = read(reader!, { sql: endless, parameters: [] })
      .catch(({ code }) => code)
      .finally(() => {
        isReading = false
      })
    const histories = []
    while (isReading) {
      // Each needs the node whose reader holds its transaction, which would otherwise do so for four seconds.
      const options = { writers: 2, count: 5, first: freshNumbers(), deadlineMs: 3000 }
      histories.push(await work(writer!, 'set', options))
    }
    expect(await reading).toBe('read_too_long')
    for (const { codes } of histories) expect(codes).toEqual({})
    await account(cluster, histories)
  })
})

describe('a client with a token', () => {
  it('reads its writes and never goes back, on whichever node it is', async () => {
    await cluster.delay(30, primary, replicas)
    const before = await waits()
    await Promise.all(['ana', 'ben', 'cleo'].map((counter, start) => roam(counter, start)))
    expect(await waits()).toBeGreaterThan(before)
  })

  async function roam(counter: string, start: number) {
    let token: Token | undefined
    let seen = 0
    for (let step = 0; step < 30; step++) {
      const node = cluster.nodes[(start + step * (start + 1)) % 3]!
      // Acknowledged before the other nodes have it: what is read there is up to the token.
      const {
        written,
        read,
        token: next,
      } = await work(node, 'step', {
        counter,
        write: step % 2 === 0,
        durability: 'local',
        ...(token && { token }),
      })
      expect(read).toBeGreaterThanOrEqual(Math.max(seen, written ?? 0))
      seen = read
      token = next
    }
    expect(seen).toBe(15)
  }

  async function waits(): Promise<number> {
    const states = await Promise.all(replicas.map(state))
    return states.reduce((sum, { reads }) => sum + reads.waited, 0)
  }
})

describe('an answer that is lost after the commit', () => {
  it('is asked for again with the same key', async () => {
    const before = await state(replicas[0]!)
    await ask(primary, 'loseAnswers', { method: 'repo.write', count: 10 })
    const history = await work(replicas[0]!, 'set', { writers: 16, count: 5, first: freshNumbers(), ...usual })
    expect(history.applied).toHaveLength(80)
    await account(cluster, [history])
    expect((await state(primary)).lost).toBeGreaterThan(0)
    expect((await state(replicas[0]!)).writes.found).toBeGreaterThan(before.writes.found)
  })

  it('is the same answer for whoever asks with the key later, on any node', async () => {
    const n = freshNumbers()
    const asked = { operation: 'numbers.add', input: { n, node: 'test' }, options: { key: createKey() } }
    const first = await run(replicas[0]!, asked)
    expect(await run(replicas[1]!, asked)).toMatchObject({ value: first.value, found: true, copies: 3 })
    const { rows } = await read(primary, { sql: 'select n from numbers where n = ?', parameters: [n] })
    expect(rows).toHaveLength(1)
  })
})

describe('the state of a node', () => {
  it('names its role, its epoch and who is in sync', async () => {
    const leading = await state(primary)
    expect(leading).toMatchObject({ role: { kind: 'primary' }, leadership: 'leading', database: { kind: 'ready' } })
    expect(leading.inSync.map(({ name }) => name)).toEqual(replicas.map(({ name }) => name))
    await eventually('a replica says the same epoch', async () => {
      const following = await state(replicas[0]!)
      return following.leadership === 'following' && following.epoch?.id === leading.epoch?.id
    })
  })
})
