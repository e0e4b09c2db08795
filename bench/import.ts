import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePosts } from './content.ts'
import { median, run } from './load.ts'
import { buildWith } from './peers.ts'

const posts = 1000
const rounds = 3
const command = join(import.meta.dirname, '../apps/cli/bin/atoll.js')

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const content = join(folder, 'content')
  writePosts(content, posts)
  const seconds: Record<'atoll' | 'eleventy' | 'astro', number[]> = { atoll: [], eleventy: [], astro: [] }
  try {
    for (let round = 0; round < rounds; round++) {
      seconds.atoll.push(await importOnce(content, join(folder, `data-${round}`)))
      for (const peer of ['eleventy', 'astro'] as const) {
        const taken = await buildWith(peer, content).catch((error: Error) => console.log(`${peer}: ${error.message}`))
        if (taken) seconds[peer].push(taken)
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  for (const [name, all] of Object.entries(seconds)) {
    if (all.length === 0) continue
    const taken = median(all)
    const ratio = taken / median(seconds.atoll)
    console.log(
      `${name.padEnd(10)}${taken.toFixed(2)} s, ${(posts / taken).toFixed(0)} posts/s, ${ratio.toFixed(2)} × atoll's time`,
    )
  }
  console.log('goal: atoll ≥ 200 posts/s, and less time than both (each is a whole command, cold cache)')
}

async function importOnce(content: string, data: string): Promise<number> {
  const startedAt = performance.now()
  await run(process.execPath, [command, 'import', '--content', content, '--data', data])
  return (performance.now() - startedAt) / 1000
}
