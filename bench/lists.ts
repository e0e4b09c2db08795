import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAtoll } from './atoll.ts'
import { vocabulary, writePosts } from './content.ts'
import { load } from './load.ts'

const posts = 10_000

/**
 * Pages that are not kept, as the cache has the smallest bound there is: a list page is one of 500, a search one of a
 * million pairs of words. Each is read from the database and written anew, uncompressed. What all lists share (the
 * tags, how many posts there are) is kept from one to the next, as it is for readers.
 */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const content = join(folder, 'content')
  writePosts(content, posts)
  const atoll = await startAtoll(content, join(folder, 'data'), { ATOLL_CACHE_MB: '1' })
  try {
    for (const [name, script] of Object.entries({ lists: listScript, searches: searchScript, both: mixedScript })) {
      const file = join(folder, `${name}.lua`)
      writeFileSync(file, script)
      await load(atoll.url, { seconds: 3, script: file, connections: 8 })
      for (const connections of [8, 64]) {
        const { requestsPerSecond, p50Ms, p99Ms, failed } = await load(atoll.url, {
          seconds: 8,
          script: file,
          connections,
        })
        console.log(
          `${name.padEnd(10)}${connections} connections: ${requestsPerSecond.toFixed(0)} pages/s (goal ≥ 2000), ` +
            `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms (goal ≤ 10), ${failed} failed`,
        )
      }
    }
  } finally {
    await atoll.stop()
    rmSync(folder, { recursive: true })
  }
}

/** What readers look for is neither the most frequent words nor the rarest. */
const sought = vocabulary.slice(30, 1030)
const words = `local words = {${sought.map((word) => `"${word}"`).join(',')}}\nlocal n = 0\n`
const list = `wrk.format("GET", "/posts?page=" .. math.random(1, 500))`
const search = `wrk.format("GET", "/search?q=" .. words[math.random(#words)] .. "+" .. words[math.random(#words)])`
const listScript = `function request() return ${list} end`
const searchScript = `${words}function request() return ${search} end`
const mixedScript = `${words}function request() n = n + 1; if n % 2 == 0 then return ${list} end; return ${search} end`
