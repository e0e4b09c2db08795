import { openBrowser } from '../../browser-tests/browser.ts'
import type { ClusterNode } from '../../cluster-tests/harness/index.ts'
import { openReader } from '../../cluster-tests/live/reader.ts'
import { openSiteCluster, shows, writePost } from '../../cluster-tests/site/site-node.ts'
import { milliseconds, percentile } from './percentiles.ts'

const edits = Number(process.env.BENCH_EDITS ?? 100)
const delayMs = 120

/** From a commit in London to changed text in a browser in Tokyo, 120 ms away. */
export async function measure(): Promise<void> {
  const cluster = await openSiteCluster({ title: 'bench seen' })
  const browser = await openBrowser()
  try {
    const far = cluster.nodes.find(({ region }) => region === 'nrt')!
    const primary = await cluster.primary()
    await shows(far, '/posts/hello', 'Hello there.')
    await cluster.delay(delayMs, primary, far)
    const readers = [await openReader(browser, primary), await openReader(browser, far)]
    for (const { open, page } of readers) {
      await open('/posts/hello')
      await page.locator('.status-here').filter({ hasText: 'here' }).waitFor()
    }
    const commits = await listenToCommits(primary)
    const took: number[] = []
    for (let edit = 0; edit < edits; edit++) {
      const text = `Edit number ${edit}.`
      const seen = Promise.all(readers.map(({ page }) => page.evaluate(whenShown, text)))
      writePost(primary, 'hello', text)
      const [nearAt, farAt] = (await seen) as [number, number]
      // An import commits several times; what is shown near the primary was in the last of them until then.
      took.push(farAt - commits.lastBefore(nearAt))
    }
    await commits.close()
    for (const reader of readers) await reader.close()
    const [median, p99] = [0.5, 0.99].map((share) => milliseconds(percentile(took, share)))
    console.log(
      `commit in ${primary.region} → text in a browser in ${far.region}, ${delayMs} ms away, ${edits} edits: p50 ${median}, p99 ${p99} (goal ≤ ${delayMs + 100})`,
    )
  } finally {
    await browser.close()
    await cluster.close()
  }
}

/** Runs in the page. */
function whenShown(text: string): Promise<number> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(look)
    observer.observe(document, { subtree: true, childList: true, characterData: true })
    look()

    function look() {
      if (!document.querySelector('main')!.textContent!.includes(text)) return
      observer.disconnect()
      resolve(performance.timeOrigin + performance.now())
    }
  })
}

/** LiteFS says each transaction as soon as it is on its disk. */
async function listenToCommits(node: ClusterNode) {
  const leaving = new AbortController()
  const { body } = await node.fetch('http://127.0.0.1:20202/events', { signal: leaving.signal })
  const times: number[] = []
  const reading = (async () => {
    for await (const chunk of body!) {
      const at = performance.timeOrigin + performance.now()
      if (Buffer.from(chunk).toString().includes('"type":"tx"')) times.push(at)
    }
  })().catch(() => {})
  return {
    lastBefore(time: number): number {
      const last = times.findLast((at) => at < time)
      if (last === undefined) throw new Error('the text was seen before a commit was')
      return last
    },
    async close() {
      leaving.abort()
      await reading
    },
  }
}
