import { describe, expect, it } from 'vitest'
import { hashOf } from '../hash.ts'
import { bytesOfKey, createKey, firstKeyAt, keyLifetimeMs, resultLifetimeMs } from '../key.ts'
import type { Position, WriteBody } from '../protocol.ts'
import { addNote, openTestEngines } from '../testing/open-engines.ts'

const minute = 60_000

describe('a key', () => {
  it('runs once, and is answered with the stored result ever after', async () => {
    const { write, texts } = await openTestEngines()
    const key = createKey()
    const [first] = await write({ body: addNote('a', 'b'), key })
    const [again] = await write({ body: addNote('a', 'b'), key })
    expect(first).toMatchObject({ kind: 'done', value: 2, found: false })
    expect(again).toMatchObject({ kind: 'done', value: 2, found: true })
    expect(texts()).toEqual(['a', 'b'])
  })

  it('runs once when both copies are in one group', async () => {
    const { write, texts } = await openTestEngines()
    const key = createKey()
    const answers = await write({ body: addNote('a'), key }, { body: addNote('a'), key })
    expect(answers).toMatchObject([{ found: false }, { found: true }])
    expect(texts()).toEqual(['a'])
  })

  it('is found by the next reign', async () => {
    const { write, beginReign } = await openTestEngines()
    const key = createKey()
    await write({ body: addNote('a'), key })
    const { token } = await beginReign()
    const [again] = await write({ body: addNote('a'), key })
    expect(again).toMatchObject({ found: true, committed: { token } })
  })

  it('with another input is an error, and runs nothing', async () => {
    const { write, texts } = await openTestEngines()
    const key = createKey()
    await write({ body: addNote('a'), key })
    const [other] = await write({ body: addNote('b'), key })
    expect(other).toMatchObject({ kind: 'failed', error: { code: 'key_reused' } })
    expect(texts()).toEqual(['a'])
  })

  it('keeps its result and its data together: a group that is rolled back leaves neither', async () => {
    const { write, sqlite, texts } = await openTestEngines()
    const keys = [createKey(), createKey()]
    await write({ body: { kind: 'operation', name: 'notes.limit_pages', version: 1, input: { more: 4 } } })
    const [small, large] = await write(
      { body: addNote('small'), key: keys[0]! },
      { body: addNote('large'.repeat(100_000)), key: keys[1]! },
    )
    expect([small, large]).toMatchObject([{ error: { code: 'disk_full' } }, { error: { code: 'disk_full' } }])
    expect(texts()).toEqual([])
    expect(sqlite.prepare('select count(*) as n from results where key = ?').get(bytesOfKey(keys[0]!))).toEqual({
      n: 0,
    })
    expect(await write({ body: addNote('small'), key: keys[0]! })).toMatchObject([{ kind: 'done', found: false }])
  })

  it('answers with values unchanged, from the store too', async () => {
    const { write } = await openTestEngines()
    const input = {
      text: 'emoji 🌴 and \u0000',
      large: 2n ** 80n,
      date: new Date(0),
      bytes: Uint8Array.of(0, 255),
      nothing: null,
      missing: undefined,
      numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY, 1e300],
    }
    const body: WriteBody = { kind: 'operation', name: 'notes.echo', version: 1, input }
    const key = createKey()
    for (const found of [false, true]) {
      expect((await write({ body, key }))[0]).toStrictEqual({
        kind: 'done',
        value: input,
        found,
        committed: expect.anything(),
        commitMs: expect.any(Number),
      })
    }
  })
})

describe('a failure', () => {
  it('that the input causes is stored, and answered again when its reason is gone', async () => {
    const { write, sqlite, texts } = await openTestEngines()
    await write({ body: addNote('taken') })
    const key = createKey()
    const [refused] = await write({ body: addNote('taken'), key })
    sqlite.exec('delete from notes')
    const [again] = await write({ body: addNote('taken'), key })

    const error = {
      code: 'constraint',
      sqlite: { code: 'SQLITE_CONSTRAINT_UNIQUE', table: 'notes', columns: ['text'] },
    }
    expect(refused).toMatchObject({ kind: 'failed', error, found: false, committed: { token: { commit: 2 } } })
    expect(again).toMatchObject({ kind: 'failed', error, found: true })
    expect(texts()).toEqual([])
  })

  it.each([
    ['bad_input', addNote('')],
    ['failed', addNote('explode')],
    ['refused_statement', { kind: 'statements', statements: [{ sql: 'vacuum', parameters: [] }] } as const],
  ])('named %s is stored', async (code, body) => {
    const { write } = await openTestEngines()
    const key = createKey()
    expect(await write({ body, key })).toMatchObject([{ error: { code }, found: false }])
    expect(await write({ body, key })).toMatchObject([{ error: { code }, found: true }])
  })

  it('of a constraint that is checked at the end takes nobody with it', async () => {
    const { write, texts } = await openTestEngines()
    const orphan: WriteBody = {
      kind: 'statements',
      statements: [{ sql: 'insert into replies (note_id) values (99)', parameters: [] }],
    }
    const key = createKey()
    const answers = await write({ body: addNote('before') }, { body: orphan, key }, { body: addNote('after') })
    expect(answers).toMatchObject([{ kind: 'done' }, { error: { code: 'constraint' } }, { kind: 'done' }])
    expect(texts()).toEqual(['before', 'after'])
    expect(await write({ body: orphan, key })).toMatchObject([{ error: { code: 'constraint' }, found: true }])
  })
})

describe('a write is refused before it runs, and may be sent again', () => {
  const body = addNote('a')
  const old = createKey(Date.now() - keyLifetimeMs - minute)

  it.each([
    ['deadline', { body, deadline: Date.now() - 1 }],
    ['too_old', { body, key: old }],
    ['too_old', { body, key: createKey(Date.now() + keyLifetimeMs + minute) }],
    ['unknown_operation', { body: { ...body, version: 7 } as WriteBody }],
    ['stale_epoch', { body, epoch: { number: 1, id: 'of-another-history' } }],
    ['bad_input', { body, key: 'my own key' }],
  ])('%s', async (code, request) => {
    const { write, texts, sqlite } = await openTestEngines()
    const [answer] = await write(request)
    expect(answer).toMatchObject({ kind: 'failed', error: { code } })
    expect(answer).not.toHaveProperty('committed')
    expect(texts()).toEqual([])
    expect(sqlite.prepare('select count(*) as n from results').get()).toEqual({ n: 0 })
  })

  it('while the fence is closed, and no group is running when that is answered', async () => {
    const { write, tell, texts } = await openTestEngines()
    const running = write({ body: addNote('before') })
    await tell({ kind: 'fence', fence: { kind: 'closed', reason: 'handover' } })
    expect(await running).toMatchObject([{ error: { code: 'fenced' } }])
    const key = createKey()
    expect(await write({ body, key })).toMatchObject([{ error: { code: 'fenced', message: /handover/ } }])
    await tell({ kind: 'fence', fence: { kind: 'open' } })
    expect(await write({ body, key })).toMatchObject([{ kind: 'done', found: false }])
    expect(texts()).toEqual(['a'])
  })

  it('where no reign has begun', async () => {
    const { write, tell } = await openTestEngines()
    await tell({ kind: 'end_reign' })
    expect(await write({ body })).toMatchObject([{ error: { code: 'not_primary' } }])
  })
})

describe('stored results', () => {
  it('are cleaned up once no copy can come any more, and a copy that comes nevertheless is refused', async () => {
    const { write, sqlite } = await openTestEngines()
    const [young, gone] = [createKey(Date.now() - keyLifetimeMs), createKey(Date.now() - resultLifetimeMs - minute)]
    const store = sqlite.prepare("insert into results values (?, zeroblob(16), 0, '[1]')")
    for (const key of [young, gone]) store.run(bytesOfKey(key))
    await write({ body: addNote('a') })

    const left = sqlite.prepare<[], Buffer>('select key from results').pluck().all()
    expect(left).toContainEqual(bytesOfKey(young))
    expect(left).not.toContainEqual(bytesOfKey(gone))
    expect(await write({ body: addNote('b'), key: gone })).toMatchObject([{ error: { code: 'too_old' } }])
  })

  it('say by themselves how far they were cleaned up, whatever the clock of the next primary says', async () => {
    const { write, sqlite, beginReign } = await openTestEngines()
    const key = createKey()
    sqlite.prepare('update results_floor set key = ?').run(firstKeyAt(Date.now() + minute))
    await beginReign()
    expect(await write({ body: addNote('a'), key })).toMatchObject([{ error: { code: 'too_old' } }])
  })
})

describe('on LiteFS', () => {
  /** A position that each group moves by one, unless a test says otherwise: by another number, or it cannot be read. */
  async function openReplicated() {
    let position: Position = { txid: 10n, checksum: '8000000000000001' }
    let step: bigint | 'nobody knows' = 1n
    let groups: Awaited<ReturnType<typeof openTestEngines>> | undefined
    let seen = 0
    const readPosition = () => {
      const commits = groups?.sqlite.prepare<[], number>('select number from commits').pluck().get() ?? 0
      const hasMoved = commits > seen
      seen = commits
      if (hasMoved && step === 'nobody knows') throw new Error('ENOTCONN')
      if (hasMoved && step !== 'nobody knows') position = { ...position, txid: position.txid + step }
      return position
    }
    groups = await openTestEngines({ readPosition })
    return {
      ...groups,
      move: (by: typeof step) => (step = by),
      moveAlone() {
        position = { ...position, txid: position.txid + 1n }
      },
    }
  }

  it('a group whose position moved by one says where it is', async () => {
    const { write } = await openReplicated()
    const answers = await write({ body: addNote('a') }, { body: addNote('b') })
    expect(answers.map(({ committed }) => committed?.position?.txid)).toEqual([11n, 11n])
  })

  it.each([0n, 2n, 'nobody knows'] as const)(
    'a group whose position moved by %s is unknown as a whole, and its keys tell',
    async (step) => {
      const { write, move, texts } = await openReplicated()
      move(step)
      const requests = [addNote('a'), addNote('b')].map((body) => ({ body, key: createKey() }))
      const unknown = { kind: 'failed', error: { code: 'outcome_unknown' } }
      expect(await write(...requests, { body: addNote('c'), deadline: 1 })).toMatchObject([
        unknown,
        unknown,
        { error: { code: 'deadline' } },
      ])
      move(1n)
      const again = await write(...requests)
      expect(again).toMatchObject([{ kind: 'done', found: true }, { found: true }])
      expect(again[0]!.committed?.position?.txid).toBe(step === 'nobody knows' ? 10n : 10n + step)
      expect(texts()).toEqual(['a', 'b'])
    },
  )

  it('a group that SQLite rolled back did not happen, unless the position moved', async () => {
    const { write, moveAlone } = await openReplicated()
    const orphan: WriteBody = {
      kind: 'statements',
      statements: [{ sql: 'insert into replies (note_id) values (99)', parameters: [] }],
    }
    expect(await write({ body: orphan })).toMatchObject([{ error: { code: 'constraint' } }])
    moveAlone()
    expect(await write({ body: orphan })).toMatchObject([{ error: { code: 'outcome_unknown' } }])
  })
})

describe('hashOf', () => {
  it('is equal for equal input and differs by name, version and every byte', () => {
    const bytes = new Uint8Array(100)
    const operation = (input: unknown, version = 1): WriteBody => ({ kind: 'operation', name: 'n', version, input })
    expect(hashOf(operation({ bytes }))).toBe(hashOf(operation({ bytes: Buffer.alloc(100) })))
    const others = [operation({ bytes: bytes.with(99, 1) }), operation({ bytes }, 2), operation({ bytes: null })]
    expect(new Set([operation({ bytes }), ...others].map(hashOf)).size).toBe(4)
  })
})
