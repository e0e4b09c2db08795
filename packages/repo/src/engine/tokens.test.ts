import { describe, expect, it } from 'vitest'
import { addNote, openTestEngines } from '../testing/open-engines.ts'
import type { Token } from '../token.ts'

const select = 'select text from notes'

/** Three reigns: two commits in the first, none in the second, one in the third. */
async function openThreeReigns() {
  const engines = await openTestEngines()
  const { write, beginReign } = engines
  const tokens: Token[] = []
  const writeNote = async (text: string) => {
    const [answer] = await write({ body: addNote(text) })
    tokens.push(answer!.committed!.token)
  }
  await writeNote('one')
  await writeNote('two')
  await beginReign()
  await beginReign()
  await writeNote('three')
  const [one, two, three] = tokens as [Token, Token, Token]
  return { ...engines, one, two, three }
}

describe('an epoch', () => {
  it('begins with each reign, with a number that grows and an id of its own', async () => {
    const { one, two, three, sqlite } = await openThreeReigns()
    expect([one, two, three].map(({ epoch }) => epoch.number)).toEqual([1, 1, 3])
    expect(new Set([one, three].map(({ epoch }) => epoch.id)).size).toBe(2)
    expect(sqlite.prepare('select number, first_commit from epochs').all()).toEqual([
      { number: 1, first_commit: 1 },
      { number: 2, first_commit: 3 },
      { number: 3, first_commit: 3 },
    ])
  })

  it('goes on where nobody else can have written', async () => {
    const { write, beginReign } = await openTestEngines()
    const [before] = await write({ body: addNote('a') })
    const { token } = await beginReign(true)
    expect(token).toEqual(before!.committed!.token)
  })
})

describe('a read that carries a token', () => {
  it('is answered when its epoch is the last one and its commit is here', async () => {
    const { read, three } = await openThreeReigns()
    expect(await read(select, three)).toMatchObject({ kind: 'rows', token: three })
  })

  it('is answered when the next epoch began after its commit', async () => {
    const { read, one, two, three } = await openThreeReigns()
    for (const token of [one, two]) expect(await read(select, token)).toMatchObject({ kind: 'rows', token: three })
  })

  it('is told to wait for a commit, or for an epoch, that is not here yet', async () => {
    const { read, three } = await openThreeReigns()
    for (const token of [
      { ...three, commit: three.commit + 1 },
      { epoch: { number: 4, id: 'not-here-yet' }, commit: 1 },
    ]) {
      expect(await read(select, token)).toEqual({ kind: 'behind', at: three })
    }
  })

  it('is told that its history is lost when another epoch is in its place, or began before its commit', async () => {
    const { read, one, two, three } = await openThreeReigns()
    for (const token of [
      { epoch: { ...three.epoch, id: 'of-another-history' }, commit: three.commit },
      { epoch: { ...one.epoch, id: 'of-another-history' }, commit: 1 },
      { ...two, commit: two.commit + 1 },
    ]) {
      expect(await read(select, token)).toEqual({ kind: 'lost', at: three })
    }
  })

  it('is judged by what its own transaction reads, not by what was announced', async () => {
    const { read, sqlite, three } = await openThreeReigns()
    await read(select, three)
    // As when LiteFS puts an older history in the place of ours, and nobody has been told.
    sqlite.exec('begin; delete from epochs where number = 3; delete from notes where id = 3')
    sqlite
      .prepare('update commits set epoch = 2, epoch_id = (select id from epochs where number = 2), number = 2')
      .run()
    sqlite.exec('commit')
    expect(await read(select, three)).toMatchObject({ kind: 'behind', at: { epoch: { number: 2 }, commit: 2 } })
    expect(await read(select)).toMatchObject({ results: [{ rows: [{ text: 'one' }, { text: 'two' }] }] })
  })
})

describe('following a file', () => {
  it('tells the topics of the commits after the last look, and the last of them', async () => {
    const { tell, write, notices } = await openTestEngines()
    const [first] = await write({ body: addNote('a') })
    await tell({ kind: 'open', since: first!.committed!.token })
    notices.length = 0
    await write({ body: addNote('b') })
    const [last] = await write({ body: addNote('c') })
    const byWriter = notices.splice(0)
    await tell({ kind: 'look' })
    await tell({ kind: 'look' })
    expect(byWriter.map(({ topics }) => topics)).toEqual([['notes'], ['notes']])
    expect(notices).toEqual([{ token: last!.committed!.token, topics: ['notes'] }])
  })

  it.each([
    ['an epoch began', "update commits set epoch = 2, epoch_id = 'b', number = 5"],
    ['the history has another epoch in its place', "update commits set epoch_id = 'b'"],
    ['the commit number fell', 'update commits set number = 0'],
  ])('says to drop everything when %s', async (_why, change) => {
    const { tell, write, notices, sqlite } = await openTestEngines()
    const [first] = await write({ body: addNote('a') })
    await tell({ kind: 'open', since: first!.committed!.token })
    notices.length = 0
    sqlite.exec(change)
    await tell({ kind: 'look' })
    expect(notices).toMatchObject([{ topics: [], dropAll: true }])
  })
})
