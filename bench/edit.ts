import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAtoll } from './atoll.ts'
import { editPost, writePosts } from './content.ts'
import { median, run } from './load.ts'

const command = join(import.meta.dirname, '../apps/cli/bin/atoll.js')
const edits = 15

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  try {
    await unchanged(join(folder, 'small'), 1000)
    await oneEdit(join(folder, 'large'), 10_000)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The import alone, as the command itself reports it, and the whole command around it. */
async function unchanged(folder: string, count: number): Promise<void> {
  const [content, data] = [join(folder, 'content'), join(folder, 'data')]
  writePosts(content, count)
  const importOnce = () => run(process.execPath, [command, 'import', '--content', content, '--data', data, '--json'])
  await importOnce()
  const imports: number[] = []
  const commands: number[] = []
  for (let round = 0; round < 5; round++) {
    const startedAt = performance.now()
    const report = JSON.parse(await importOnce()) as { durationMs: number; unchanged: number }
    if (report.unchanged !== count) throw new Error(`${report.unchanged} of ${count} posts were unchanged`)
    commands.push(performance.now() - startedAt)
    imports.push(report.durationMs)
  }
  console.log(
    `unchanged import of ${count} posts: ${median(imports).toFixed(0)} ms (goal ≤ 300), whole command ${median(commands).toFixed(0)} ms`,
  )
}

/** Saves a file, then asks for its page until the new word is in it. */
async function oneEdit(folder: string, count: number): Promise<void> {
  const content = join(folder, 'content')
  writePosts(content, count)
  const atoll = await startAtoll(content, join(folder, 'data'))
  const taken: number[] = []
  try {
    for (let edit = 0; edit < edits; edit++) {
      const number = 1 + edit * 613
      const word = `edited${edit}`
      const savedAt = performance.now()
      editPost(content, number, word)
      while (!(await (await fetch(`${atoll.url}/posts/post-${number}`)).text()).includes(word)) {
        if (performance.now() - savedAt > 20_000) throw new Error('the edit did not arrive within 20 s')
      }
      taken.push(performance.now() - savedAt)
      // The next edit finds the server at rest, as a person's does.
      await new Promise((resolve) => setTimeout(resolve, 3000))
    }
  } finally {
    await atoll.stop()
  }
  console.log(
    `one edit among ${count}: ${median(taken).toFixed(0)} ms median, ${Math.max(...taken).toFixed(0)} ms at most of ${edits} (goal ≤ 300)`,
  )
}
