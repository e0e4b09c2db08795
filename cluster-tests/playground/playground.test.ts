import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventually } from '../harness/index.ts'

it('serves the site of three regions, each at its own port, until its standard input ends', {
  timeout: 90_000,
}, async (t) => {
  const script = join(import.meta.dirname, 'run.ts')
  const playground = spawn(process.execPath, [script, '--port=4801'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => playground.once('exit', resolve))
  t.onTestFinished(async () => {
    playground.kill('SIGKILL')
    await ended
  })
  let output = ''
  for (const stream of [playground.stdout, playground.stderr]) stream.on('data', (chunk) => (output += chunk))

  await eventually(
    'the table is there',
    () => {
      if (playground.exitCode !== null) throw new Error(`it ended: ${output}`)
      return /n1 +lhr +running +primary.*n3 +nrt +running +replica/s.test(output)
    },
    { timeoutMs: 75_000 },
  )
  for (const port of [4801, 4802, 4803]) {
    const page = await fetch(`http://localhost:${port}/`)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<html')
  }
  playground.stdin.end()
  expect(await ended).toBe(0)
})
