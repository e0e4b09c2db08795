import { describe, expect, it } from 'vitest'
import { addNote, openTestEngines } from '../testing/open-engines.ts'

/** A database whose topics `gone-1` to `gone-300` were last touched by the commits of these numbers, long ago. */
async function openWithOldRows() {
  const engines = await openTestEngines()
  const { sqlite, write, notices } = engines
  const insert = sqlite.prepare('insert into changes values (?, ?)')
  for (let number = 1; number <= 300; number++) insert.run(`gone-${number}`, number)
  const moveTo = (number: number) => sqlite.prepare('update commits set number = ?').run(number)
  const rows = () =>
    sqlite.prepare<[], { topic: string; commit_number: number }>('select * from changes order by commit_number').all()
  const writeOne = () => write({ body: addNote(String(Math.random())) })
  /** What the reader was told last. */
  const look = async () => {
    notices.length = 0
    await engines.tell({ kind: 'look' })
    return notices.at(-1)
  }
  return { ...engines, moveTo, rows, writeOne, look }
}

describe('rows of what changed long ago', () => {
  it('stay while a node may be behind them', async () => {
    const { moveTo, rows, writeOne } = await openWithOldRows()
    moveTo(9_999)
    await writeOne()
    expect(rows()).toHaveLength(301)
  })

  it('go in small steps, the oldest first', async () => {
    const { moveTo, rows, writeOne } = await openWithOldRows()
    moveTo(20_000)
    await writeOne()
    const topics = rows().map(({ topic }) => topic)
    expect(topics).toHaveLength(300 - 256 + 2)
    expect(topics).toEqual(expect.arrayContaining(['gone-257', 'gone-300', 'notes']))
    expect(topics).not.toContain('gone-256')
  })

  it('are not missed: who looked last before them is told to drop everything, once', async () => {
    const { moveTo, writeOne, look } = await openWithOldRows()
    moveTo(100)
    await look()
    moveTo(20_000)
    await writeOne()
    expect(await look()).toMatchObject({ topics: [], dropAll: true })
    await writeOne()
    const next = await look()
    expect(next).toMatchObject({ topics: ['notes'] })
    expect(next!.dropAll).toBeUndefined()
  })
})
