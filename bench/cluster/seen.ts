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
    const reader = await openReader(browser, far)
    await reader.open('/posts/hello')
    await reader.page.locator('.status-here').filter({ hasText: 'here' }).waitFor()
    const commits = await listenToCommits(primary)
    const took: number[] = []
    for (let edit = 0; edit < edits; edit++) {
      const text = `Edit number ${edit}.`
      const seenAt = reader.page.evaluate(whenShown, text)
      const savedAt = performance.timeOrigin + performance.now()
      writePost(primary, 'hello', text)
      took.push((await seenAt) - commits.firstAfter(savedAt))
    }
    await commits.close()
    await reader.close()
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
    firstAfter(time: number): number {
      const first = times.find((at) => at > time)
      if (first === undefined) throw new Error('the text was seen before a commit was')
      return first
    },
    async close() {
      leaving.abort()
      await reading
    },
  }
}
