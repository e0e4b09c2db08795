import { describe, expect, it } from 'vitest'
import { createHealth } from './health.ts'

const readable = async () => []

describe('createHealth', () => {
  it.each(['booting', 'waiting for the schema', 'draining'] as const)('is unavailable while %s', async (phase) => {
    const health = createHealth({ phase, readDatabase: readable })
    expect(await health.check()).toEqual({ status: 'unavailable', phase, reasons: [phase] })
    health.become('serving')
    expect(await health.check()).toEqual({ status: 'ok', phase: 'serving', reasons: [] })
  })

  it('is unavailable when the database fails, and says nothing of its cause', async () => {
    const health = createHealth({ readDatabase: () => Promise.reject(new Error('/data/atoll.db is gone')) })
    expect(await health.check()).toMatchObject({ status: 'unavailable', reasons: ['the database cannot be read'] })
  })

  it('goes on for readers when the database fails and no other node is known to be ready', async () => {
    const fails = () => Promise.reject(new Error('gone'))
    const condition = () => ({ isLast: true, reasons: { primary: 'none is known' } })
    expect(await createHealth({ readDatabase: fails, condition }).check()).toMatchObject({
      status: 'degraded',
      reasons: ['database: the database cannot be read', 'primary: none is known'],
    })
    const opening = () => ({ unavailable: 'booting', reasons: {} })
    expect(await createHealth({ readDatabase: fails, condition: opening }).check()).toMatchObject({
      status: 'unavailable',
    })
  })

  it('asks a database that does not answer once, however often it is probed', async () => {
    let asked = 0
    const readDatabase = () => {
      asked++
      return new Promise(() => {})
    }
    const health = createHealth({ readDatabase, timeoutMs: 5 })
    const answers = await Promise.all([health.check(), health.check()])
    for (const answer of answers) expect(answer.reasons).toEqual(['the database does not answer'])
    await health.check()
    expect(asked).toBe(1)
  })

  it('is degraded by what is wrong otherwise, until it is mended', async () => {
    const health = createHealth({ readDatabase: readable })
    health.degrade('content', 'one file has an error')
    health.degrade('content', 'two files have errors')
    expect(await health.check()).toMatchObject({ status: 'degraded', reasons: ['content: two files have errors'] })
    health.mend('content')
    expect(await health.check()).toMatchObject({ status: 'ok', reasons: [] })
  })
})
