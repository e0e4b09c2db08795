import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser, openPage } from '../browser-tests/browser.ts'
import { startAtoll } from './atoll.ts'
import { editPost, writePosts } from './content.ts'
import { median } from './load.ts'

/** As somebody writes: what follows an edit is over by the next one. */
const betweenEditsMs = 2000
const posts = 1000
const edits = 15
const number = 500

/** Saves a post that is open in a real browser beside `atoll dev`, and waits until the browser has drawn the new word. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'))
  const content = join(folder, 'content')
  writePosts(content, posts)
  const atoll = await startAtoll(content, join(folder, 'data'), { ATOLL_DEV_CHILD: '1' }, { name: 'dev' })
  const browser = await openBrowser()
  try {
    const { page } = await openPage(browser)
    await page.goto(`${atoll.url}/posts/post-${number}`)
    const taken: number[] = []
    for (let edit = 0; edit <= edits; edit++) {
      const word = `edited${edit}`
      const drawn = page.evaluate(untilDrawn, word)
      const savedAt = Date.now()
      editPost(content, number, word)
      const ms = (await drawn) - savedAt
      // The first one loads what the others find loaded.
      if (edit > 0) taken.push(ms)
      await new Promise((resolve) => setTimeout(resolve, betweenEditsMs))
    }
    console.log(
      `in development, from saved to drawn in Chromium, among ${posts}: ${median(taken)} ms median, ${Math.max(...taken)} ms at most of ${edits} (goal ≤ 200)`,
    )
  } finally {
    await browser.close()
    await atoll.stop()
    rmSync(folder, { recursive: true })
  }
}

/** In the browser, whose clock is that of this machine. */
function untilDrawn(word: string): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.body.textContent.includes(word)) requestAnimationFrame(() => resolve(Date.now()))
      else requestAnimationFrame(look)
    }
    look()
  })
}
