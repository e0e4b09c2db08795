import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { readSettings } from '../settings.ts'
import type { Verdict } from '../verify/verify.ts'
import { verifyCommand } from './verify.ts'

describe('atoll verify', () => {
  const good: Verdict = { what: 'one', isGood: true, detail: 'fine' }

  it.each([
    ['0 when every check is good', [{ verdict: good }, { done: true }], 0],
    ['1 when one is not', [{ verdict: { ...good, isGood: false } }, { verdict: good }, { done: true }], 1],
  ])('ends with %s', async (_, lines, code) => {
    expect(await run(lines)).toBe(code)
  })

  it('fails when the answer breaks off, whatever came before', async () => {
    await expect(run([{ verdict: good }])).rejects.toThrow('ended its answer early')
  })

  /** Against a site that answers with these lines. */
  async function run(lines: object[]) {
    const server = createServer((_, response) =>
      response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const say = vi.spyOn(console, 'log').mockImplementation(() => {})
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      return await verifyCommand.run({ settings: readSettings({ url }, {}), flags: {}, args: [] })
    } finally {
      say.mockRestore()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
})
