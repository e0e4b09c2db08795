import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, type TestContext } from 'vitest'
import { watchPulse } from './pulse.ts'
import { keptLog, launch, nodeProgram } from './testing/children.ts'

const everyMs = 20

async function watched(t: TestContext, source: string) {
  const program = nodeProgram(`${source}; setInterval(() => {}, 1e6); console.log('up')`)
  const child = launch(t, { ...program, hasChannel: true })
  const log = keptLog()
  watchPulse(child, { name: 'app', log, everyMs })
  await expect.poll(() => child.lines).toContain('up')
  return { child, log }
}

const beats = `
  import(${JSON.stringify(new URL('./pulse.ts', import.meta.url).href)}).then(({ beat }) => {
    beat(${everyMs})
    setTimeout(() => console.log('beating'), ${2 * everyMs})
  })`

describe('a program that tells its supervisor that it is well', () => {
  it('is ended when it stands still', async (t) => {
    const { child, log } = await watched(t, beats)
    await expect.poll(() => child.lines).toContain('beating')
    expect(child.exit).toBeUndefined()
    child.signal('SIGSTOP')
    expect(await child.exited).toEqual({ kind: 'signal', signal: 'SIGKILL' })
    expect(log.lines.map(({ message }) => message)).toEqual(['app stands still; ending it'])
  })

  it('is left alone as long as it goes on', async (t) => {
    const { child } = await watched(t, beats)
    await expect.poll(() => child.lines).toContain('beating')
    await delay(20 * everyMs)
    expect(child.exit).toBeUndefined()
  })

  it('is not watched before it begins to', async (t) => {
    const { child } = await watched(t, '')
    child.signal('SIGSTOP')
    await delay(20 * everyMs)
    expect(child.exit).toBeUndefined()
  })
})
