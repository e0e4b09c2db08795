import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAtoll } from './atoll.ts'
import { writePosts } from './content.ts'
import { median } from './load.ts'
import { familyOf, pssAloneMb } from './memory.ts'

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const [content, data] = [join(folder, 'content'), join(folder, 'data')]
  writePosts(content, 1000)
  try {
    await (await startAtoll(content, data)).stop()
    const ready: number[] = []
    for (let round = 0; round < 5; round++) {
      const atoll = await startAtoll(content, data)
      ready.push(atoll.readyMs)
      await atoll.stop()
    }
    console.log(`start to ready: ${median(ready).toFixed(0)} ms, median of five (goal ≤ 1000)`)

    const atoll = await startAtoll(content, data)
    for (let page = 1; page <= 20; page++) await (await fetch(`${atoll.url}/posts/post-${page}`)).text()
    await new Promise((resolve) => setTimeout(resolve, 60_000))
    console.log(`memory a minute later: ${pssAloneMb(familyOf(atoll.pid)).toFixed(0)} MB PSS (goal ≤ 120)`)
    await atoll.stop()
  } finally {
    rmSync(folder, { recursive: true })
  }
}
