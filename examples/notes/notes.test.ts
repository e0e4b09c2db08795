import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKey } from '@atoll/repo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNotes } from './server.ts'

describe('the notebook', () => {
  let folder: string
  let notes: Awaited<ReturnType<typeof startNotes>>
  let url: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'notes-'))
    notes = await startNotes({ file: join(folder, 'notes.db') })
    url = `http://127.0.0.1:${(notes.server.address() as AddressInfo).port}/`
  })
  afterAll(async () => {
    await notes.close()
    rmSync(folder, { recursive: true })
  })

  const post = (text: string, headers = {}) => fetch(url, { method: 'POST', body: JSON.stringify({ text }), headers })

  it('shows whoever wrote what they wrote', async () => {
    const written = await post('hello')
    expect(written.status).toBe(201)
    const list = await fetch(url, { headers: { 'X-Token': written.headers.get('X-Token')! } })
    expect(await list.json()).toMatchObject([{ text: 'hello', at: expect.stringMatching(/^\d{4}/) }])
  })

  it('writes once what is sent twice', async () => {
    const headers = { 'Idempotency-Key': createKey() }
    const [first, again] = [await post('once', headers), await post('once', headers)]
    expect(await again.json()).toEqual(await first.json())
    const texts = ((await (await fetch(url)).json()) as { text: string }[]).map(({ text }) => text)
    expect(texts.filter((text) => text === 'once')).toHaveLength(1)
  })

  it('says what is wrong with an empty note', async () => {
    const refused = await post('  ')
    expect(refused.status).toBe(400)
    expect(await refused.text()).toMatch(/notes\.add: text/)
  })
})
