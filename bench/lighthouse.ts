import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAtoll } from './atoll.ts'
import { median, run } from './load.ts'
import { installPeer } from './peers.ts'

const pages = { home: '/', article: '/posts/kitchen-sink', list: '/posts', search: '/search?q=sqlite' }
const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const
const chromeFlags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'

export async function bench(): Promise<void> {
  const lighthouse = await installPeer('lighthouse')
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const atoll = await startAtoll(join(import.meta.dirname, '../content'), join(folder, 'data'))
  try {
    for (const [name, path] of Object.entries(pages)) {
      const scores: number[][] = []
      for (let round = 0; round < 5; round++) {
        const report = join(folder, 'report.json')
        await measure(lighthouse, `${atoll.url}${path}`, report)
        const found = JSON.parse(readFileSync(report, 'utf8')).categories as Record<string, { score: number }>
        scores.push(categories.map((category) => Math.round(found[category]!.score * 100)))
      }
      const medians = categories.map((category, index) => `${category} ${median(scores.map((round) => round[index]!))}`)
      console.log(`${name.padEnd(10)}${medians.join(', ')}`)
    }
  } finally {
    await atoll.stop()
    rmSync(folder, { recursive: true })
  }
}

/** Lighthouse sometimes records nothing, and says to run it again. */
async function measure(lighthouse: string, url: string, report: string, triesLeft = 3): Promise<void> {
  const flags = ['--quiet', '--output=json', `--output-path=${report}`, `--chrome-flags=${chromeFlags}`]
  try {
    await run(process.execPath, ['node_modules/lighthouse/cli/index.js', url, ...flags], {
      cwd: lighthouse,
      env: { CHROME_PATH: process.env.CHROME_PATH ?? '/usr/bin/chromium' },
    })
  } catch (error) {
    if (triesLeft === 1 || !(error as Error).message.includes('run Lighthouse again')) throw error
    await measure(lighthouse, url, report, triesLeft - 1)
  }
}
