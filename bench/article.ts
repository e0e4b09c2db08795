import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startAtoll } from './atoll.ts'
import { writePosts } from './content.ts'
import { type Load, load, median } from './load.ts'
import { astroServer } from './peers.ts'

const rounds = 5
const headers = { 'accept-encoding': 'br' }

/** The three take turns, so that a machine whose speed drifts is as kind to one as to the other. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  writePosts(join(folder, 'content'), 20)
  const atoll = await startAtoll(join(folder, 'content'), join(folder, 'data'))
  const article = `${atoll.url}/posts/post-7`
  const answer = await fetchRaw(article)
  const bare = await startBare(answer)
  const astro = await astroServer(join(folder, 'content'), 'post-7')
  try {
    await load(article, { seconds: 2, headers })
    await load(bare.url, { seconds: 2, headers })
    const results: { atoll: Load; bare: Load; astro: Load | undefined }[] = []
    for (let round = 0; round < rounds; round++) {
      results.push({
        bare: await load(bare.url, { seconds: 5, headers }),
        atoll: await load(article, { seconds: 5, headers }),
        astro: astro && (await load(astro.url, { seconds: 5, headers })),
      })
    }
    print(
      'bare node:http',
      results.map(({ bare }) => bare),
    )
    print(
      'atoll',
      results.map(({ atoll }) => atoll),
    )
    if (astro)
      print(
        'astro, node server',
        results.map(({ astro }) => astro!),
      )
    const rate = median(results.map(({ atoll, bare }) => atoll.requestsPerSecond / bare.requestsPerSecond))
    const tail = median(results.map(({ atoll, bare }) => atoll.p99Ms / bare.p99Ms))
    console.log(
      `atoll / bare: ${rate.toFixed(2)} × the requests (goal ≥ 0.8), ${tail.toFixed(2)} × its p99 (goal ≤ 1.5)`,
    )
  } finally {
    await Promise.all([atoll.stop(), bare.stop(), astro?.stop()])
    rmSync(folder, { recursive: true })
  }
}

function print(name: string, loads: Load[]) {
  const rate = median(loads.map(({ requestsPerSecond }) => requestsPerSecond))
  const p99 = median(loads.map(({ p99Ms }) => p99Ms))
  const failed = loads.reduce((sum, load) => sum + load.failed, 0)
  console.log(`${name.padEnd(20)}${rate.toFixed(0).padStart(8)} requests/s, p99 ${p99.toFixed(2)} ms, ${failed} failed`)
}

interface RawAnswer {
  headers: string[]
  body: Buffer
}

/** The bytes and headers as they cross the wire, without a client that decodes them. */
async function fetchRaw(url: string): Promise<RawAnswer> {
  const { get } = await import('node:http')
  return new Promise((resolve, reject) => {
    get(url, { headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const own = /^(date|connection|keep-alive|transfer-encoding|content-length)$/i
      const kept = response.rawHeaders.flatMap((value, index, all) =>
        own.test(all[index - (index % 2)]!) ? [] : [value],
      )
      resolve({ headers: kept, body: Buffer.concat(chunks) })
    }).on('error', reject)
  })
}

/** The yardstick, in a process of its own: node:http that answers one buffer to everything. */
async function startBare({ headers, body }: RawAnswer): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [import.meta.filename, String(port), JSON.stringify(headers), body.toString('base64')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return { url: `http://127.0.0.1:${port}/`, stop: async () => void child.kill() }
}

if (process.argv[1] === import.meta.filename) {
  const [port, headerText, bodyText] = process.argv.slice(2)
  const body = Buffer.from(bodyText!, 'base64')
  const raw = [...(JSON.parse(headerText!) as string[]), 'Content-Length', String(body.length)]
  createServer((_, response) => response.writeHead(200, raw).end(body)).listen(Number(port), '127.0.0.1', () => {
    console.log('listening')
  })
}
