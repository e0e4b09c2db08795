import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openReader } from '../../packages/repo/src/engine/reader-engine.ts'
import { openWriter } from '../../packages/repo/src/engine/writer-engine.ts'
import { schema } from '../../packages/repo/src/testing/notes-schema.ts'
import { addNote, connectEngine } from '../../packages/repo/src/testing/open-engines.ts'
import { eventually } from '../harness/index.ts'

it('opens a database again that was mounted anew, though the one it has open still answers', async (t) => {
  const folder = mkdtempSync(join(process.env.ATOLL_CLUSTER_FOLDER!, 'mounts-'))
  const file = join(folder, 'notes.db')
  const mountAnew = async (note: string) => {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder])
    t.onTestFinished(() => void execFileSync('umount', ['--lazy', folder]))
    const ask = connectEngine((post) => openWriter({ file, schema, post }))
    await ask({ kind: 'begin_reign', keep: false })
    await ask({ kind: 'write', request: { body: addNote(note) } })
    await ask({ kind: 'end_reign' })
  }

  await mountAnew('before')
  const ask = connectEngine((post) => openReader({ file, schema, post, followsCommits: true }))
  t.onTestFinished(async () => void (await ask({ kind: 'close' })))
  await ask({ kind: 'open' })
  const notes = async () => {
    const statements = [{ sql: 'select text from notes', parameters: [] }]
    return JSON.stringify(await ask({ kind: 'read', request: { statements } }))
  }
  expect(await notes()).toContain('before')
  await mountAnew('after')
  expect(await notes()).toContain('before')
  await eventually('it reads the new one', async () => (await notes()).includes('after'))
})
