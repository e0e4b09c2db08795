import { createServer } from 'node:net'
import { describe, expect, it, type TestContext } from 'vitest'
import { keptLog } from './testing/children.ts'
import { describeTrouble } from './trouble.ts'
import { createTroublePage } from './trouble-page.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function openPage(t: TestContext) {
  const port = await freePort()
  const log = keptLog()
  const page = createTroublePage({ host: '127.0.0.1', port, log })
  t.onTestFinished(() => page.hide())
  return { page, log, port, url: `http://127.0.0.1:${port}` }
}

describe('the page that stands in for the app', () => {
  it('says what is wrong and how to mend it, to people and to probes', async (t) => {
    const { page, url } = await openPage(t)
    await page.show(describeTrouble('fuse_missing'))
    const shown = await fetch(`${url}/posts/hello`)
    expect([shown.status, shown.headers.get('cache-control')]).toEqual([503, 'no-store'])
    expect(await shown.text()).toContain('--device /dev/fuse')
    const ready = await fetch(`${url}/ready`, { headers: { Accept: 'application/json' } })
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ status: 'unavailable', code: 'fuse_missing' })
  })

  it('keeps the platform from ending the machine', async (t) => {
    const { page, url } = await openPage(t)
    await page.show(describeTrouble('fuse_missing'))
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('shows the newest trouble, and logs each once', async (t) => {
    const { page, log, url } = await openPage(t)
    await page.show(describeTrouble('litefs_waits'))
    await page.show(describeTrouble('disk_full'))
    await page.show(describeTrouble('disk_full'))
    expect(await (await fetch(url)).text()).toContain('disk is full')
    expect(log.lines.map(({ details }) => details.code)).toEqual(['litefs_waits', 'disk_full'])
  })

  it('gives its address free, even while somebody looks at it', async (t) => {
    const { page, port, url } = await openPage(t)
    await page.show(describeTrouble('disk_full'))
    await fetch(url)
    await page.hide()
    const next = createServer().listen(port, '127.0.0.1')
    await new Promise((resolve, reject) => next.once('listening', resolve).once('error', reject))
    next.close()
  })

  it('leaves the address to whoever has it', async (t) => {
    const { page, port, log } = await openPage(t)
    const other = createServer().listen(port, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    t.onTestFinished(() => void other.close())
    await page.show(describeTrouble('disk_full'))
    expect(log.lines.at(-1)!.message).toContain('cannot show')
  })
})
