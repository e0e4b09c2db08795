import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchContent } from './watch.ts'

describe('watchContent', () => {
  let folder: string
  let stop: AbortController
  let watching: Promise<void>
  let calls: number
  let onCall: () => void | Promise<void>
  let events: number
  let named: (string[] | undefined)[]
  let checkAfterMs: number

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-watch-'))
    mkdirSync(join(folder, 'posts'))
    writeFileSync(join(folder, 'posts/a.md'), 'a')
    checkAfterMs = 3_600_000
    start(folder)
    await calledAgain(() => {})
  })
  afterEach(async () => {
    stop.abort()
    await watching
    rmSync(folder, { recursive: true, force: true })
  })

  function start(path: string) {
    stop = new AbortController()
    calls = 0
    events = 0
    named = []
    onCall = () => {}
    watching = watchContent({
      folder: path,
      signal: stop.signal,
      onEvent: () => void events++,
      checkAfterMs,
      onChange: async (paths) => {
        calls++
        named.push(paths)
        await onCall()
      },
    })
  }

  /** Does something and waits until it was noticed. */
  async function calledAgain(act: () => void): Promise<void> {
    const before = calls
    await new Promise<void>((resolve) => {
      onCall = () => {
        if (calls > before) resolve()
      }
      act()
    })
  }

  it('reads the folder once at the start: it may have changed before it was watched', () => {
    expect(calls).toBe(1)
  })

  it('notices an edited, a new and a deleted file', async () => {
    await calledAgain(() => writeFileSync(join(folder, 'posts/a.md'), 'b'))
    await calledAgain(() => writeFileSync(join(folder, 'posts/b.md'), 'b'))
    await calledAgain(() => unlinkSync(join(folder, 'posts/a.md')))
    expect(events).toBeGreaterThanOrEqual(3)
  })

  it('notices a file that is written beside and moved into its place', async () => {
    writeFileSync(join(folder, 'posts/.a.md.swp'), 'b')
    await calledAgain(() => renameSync(join(folder, 'posts/.a.md.swp'), join(folder, 'posts/a.md')))
  })

  it('notices files in a new folder, and in one that took the place of another', async () => {
    await calledAgain(() => mkdirSync(join(folder, 'posts/2026')))
    await calledAgain(() => writeFileSync(join(folder, 'posts/2026/a.md'), 'a'))
    await calledAgain(() => {
      rmSync(join(folder, 'posts'), { recursive: true })
      mkdirSync(join(folder, 'posts'))
    })
    await calledAgain(() => writeFileSync(join(folder, 'posts/a.md'), 'a'))
  })

  it('notices that the folder is gone, is back, and goes on', async () => {
    await calledAgain(() => rmSync(folder, { recursive: true }))
    await calledAgain(() => mkdirSync(folder))
    await calledAgain(() => writeFileSync(join(folder, 'site.yaml'), ''))
  })

  it('notices that a link leads to another folder', async () => {
    stop.abort()
    await watching
    mkdirSync(join(folder, 'release-2'))
    symlinkSync('posts', join(folder, 'current'))
    start(join(folder, 'current'))
    await calledAgain(() => {})
    await calledAgain(() => {
      symlinkSync('release-2', join(folder, 'next'))
      renameSync(join(folder, 'next'), join(folder, 'current'))
    })
    await calledAgain(() => writeFileSync(join(folder, 'release-2/a.md'), ''))
  })

  it('never reports while a report is being worked on, and then once', async () => {
    let release = () => {}
    await calledAgain(() => writeFileSync(join(folder, 'posts/a.md'), 'b'))
    const before = calls
    const entered = new Promise<void>((resolve) => {
      onCall = () => {
        resolve()
        return new Promise<void>((done) => (release = done))
      }
    })
    writeFileSync(join(folder, 'posts/a.md'), 'c')
    await entered
    for (const name of ['b', 'c', 'd']) writeFileSync(join(folder, `posts/${name}.md`), name)
    expect(calls).toBe(before + 1)
    await calledAgain(() => release())
    expect(calls).toBe(before + 2)
  })

  it('names what changed, and looks at the whole folder a little later', async () => {
    stop.abort()
    await watching
    checkAfterMs = 1
    start(folder)
    await calledAgain(() => {})
    await calledAgain(() => writeFileSync(join(folder, 'posts/a.md'), 'b'))
    await calledAgain(() => {})
    expect(named).toEqual([undefined, ['posts/a.md'], undefined])
  })

  it('names nothing when a folder came, or too much changed', async () => {
    await calledAgain(() => mkdirSync(join(folder, 'posts/2026')))
    await calledAgain(() => {
      for (let index = 0; index < 200; index++) writeFileSync(join(folder, `posts/${index}.md`), '')
    })
    expect(named).toEqual([undefined, undefined, undefined])
  })

  it('waits until a stream of changes pauses', async () => {
    await calledAgain(() => {
      for (let index = 0; index < 200; index++) writeFileSync(join(folder, `posts/${index}.md`), '')
    })
    expect(calls).toBe(2)
  })
})
