import { describe, expect, it, vi } from 'vitest'
import type { Child } from './child.ts'
import { freeWhenStuck } from './stuck-end.ts'
import { launch, shellProgram } from './testing/children.ts'

const everyMs = 10

describe('a program that was killed and does not get to its end', () => {
  it('is freed once', async (t) => {
    // Its parent does not wait for it, so it stays what it is.
    const parent = launch(t, shellProgram('sh -c "exit 0" & echo $!; exec sleep 1000'))
    await expect.poll(() => parent.lines).toHaveLength(1)
    const free = vi.fn(async () => {})
    const ended = Promise.withResolvers<never>()
    freeWhenStuck({ pid: Number(parent.lines[0]), exited: ended.promise } as Partial<Child> as Child, free, { everyMs })
    await expect.poll(() => free).toHaveBeenCalledTimes(1)
  })

  it('is not looked after while it runs', async (t) => {
    const child = launch(
      t,
      shellProgram('echo up; for i in 1 2 3 4 5 6 7 8; do sleep 0.05; done; echo done; exec sleep 1000'),
    )
    const free = vi.fn(async () => {})
    freeWhenStuck(child, free, { everyMs })
    await expect.poll(() => child.lines).toContain('done')
    expect(free).not.toHaveBeenCalled()
  })
})
