import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isGone, launch, nodeProgram, shellProgram } from './testing/children.ts'

describe('startChild', () => {
  it('passes on what the program prints on both outputs, line by line', async (t) => {
    const child = launch(t, shellProgram('printf "one\\ntw"; printf "o\\nthree" ; echo four >&2'))
    await child.exited
    await expect.poll(() => child.lines.toSorted()).toEqual(['four', 'one', 'three', 'two'])
  })

  it('says how the program ended', async (t) => {
    expect(await launch(t, shellProgram('exit 7')).exited).toEqual({ kind: 'code', code: 7 })
    expect(await launch(t, shellProgram('kill -9 $$')).exited).toEqual({ kind: 'signal', signal: 'SIGKILL' })
  })

  it('says that there is no such program', async (t) => {
    const exit = await launch(t, { name: 'x', command: '/no/such/program', args: [] }).exited
    expect(exit).toMatchObject({ kind: 'not started', error: { code: 'ENOENT' } })
  })

  it('lets a program end itself on SIGTERM', async (t) => {
    const child = launch(
      t,
      nodeProgram("process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1e6); console.log('up')"),
    )
    await expect.poll(() => child.lines).toEqual(['up'])
    expect(await child.stop({ graceMs: 10_000 })).toEqual({ kind: 'code', code: 5 })
  })

  it('ends a program that ignores SIGTERM', async (t) => {
    const child = launch(t, shellProgram("trap '' TERM; echo up; while :; do sleep 1; done"))
    await expect.poll(() => child.lines).toEqual(['up'])
    expect(await child.stop({ graceMs: 50 })).toEqual({ kind: 'signal', signal: 'SIGKILL' })
  })

  it('ends what a program leaves behind', async (t) => {
    const child = launch(t, shellProgram("(trap '' TERM HUP; sleep 1000) & echo $!"))
    await child.exited
    await expect.poll(() => child.lines).toHaveLength(1)
    await expect.poll(() => isGone(Number(child.lines[0]))).toBe(true)
  })

  it('keeps the signals of a terminal from the program', async (t) => {
    const child = launch(t, shellProgram('echo up; sleep 1000'))
    const [, , group, session] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    expect([Number(group), Number(session)]).toEqual([child.pid, child.pid])
  })

  it('ends a Node program by its channel when the supervisor is gone', async (t) => {
    const inner = "process.once('disconnect', () => process.exit()); setInterval(() => {}, 1e6)"
    const outer = launch(
      t,
      nodeProgram(`
        const { spawn } = require('node:child_process')
        const child = spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
        console.log(child.pid)
      `),
    )
    await expect.poll(() => outer.lines).toHaveLength(1)
    await outer.stop({ graceMs: 0 })
    await expect.poll(() => isGone(Number(outer.lines[0]))).toBe(true)
  })

  it('keeps the last lines for whoever asks why it ended', async (t) => {
    const child = launch(t, shellProgram('for i in $(seq 100); do echo line $i; done'))
    await child.exited
    await expect.poll(() => child.lines).toHaveLength(100)
    expect(child.lastLines).toHaveLength(20)
    expect(child.lastLines.at(-1)).toBe('line 100')
  })
})
