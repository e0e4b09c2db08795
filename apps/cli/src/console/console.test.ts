import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { openBlog } from '@atoll/blog'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepLogTail } from './log-tail.ts'
import { openOwner } from './open-owner.ts'
import { connectToOwner, openOwnerSocket } from './owner-socket.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'atoll-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

describe('the prompt', () => {
  it('runs TypeScript in the site, on its own database', async () => {
    const repo = await openBlog({ file: join(data, 'atoll.db') })
    const owner = await openOwner({ data, repo })
    try {
      const socket = await connectToOwner(data, 'console')
      let shown = ''
      socket.setEncoding('utf8').on('data', (chunk) => (shown += chunk))
      await expect.poll(() => shown).toContain('atoll> ')
      socket.write('const many: number = 20 + 22; many\n')
      await expect.poll(() => shown).toContain('42')
      socket.write("await repo.db.insertInto('words').values({ word: 'typed' }).execute()\n")
      await expect.poll(async () => repo.db.selectFrom('words').select('word').execute()).toEqual([{ word: 'typed' }])
      socket.write("throw new Error('mine')\n")
      await expect.poll(() => shown).toContain('mine')
      socket.write('typeof blog.importContent\n')
      await expect.poll(() => shown).toContain('function')
      const ended = new Promise((resolve) => socket.once('close', resolve))
      socket.write('.exit\n')
      await ended
    } finally {
      await owner.close()
      await repo.close()
    }
  })
})

describe('the socket of the owner', () => {
  it('is in a folder that nobody else can enter, also one that was open before', async () => {
    mkdirSync(join(data, 'owner'), { mode: 0o777 })
    const server = await openOwnerSocket(data, 'x', (socket) => socket.end('hello'))
    expect(statSync(join(data, 'owner')).mode & 0o777).toBe(0o700)
    const socket = await connectToOwner(data, 'x')
    expect((await Array.fromAsync(socket as AsyncIterable<Buffer>)).join('')).toBe('hello')
    await server.close()
  })

  it('takes the place of one that a killed process left, and says when there is none', async () => {
    await expect(connectToOwner(data, 'x')).rejects.toThrow(/no site runs there/)
    mkdirSync(join(data, 'owner'))
    writeFileSync(join(data, 'owner/x'), '')
    const server = await openOwnerSocket(data, 'x', (socket) => socket.end())
    ;(await connectToOwner(data, 'x')).destroy()
    await server.close()
  })

  it('refuses a path that the system would cut', async () => {
    await expect(openOwnerSocket(join(data, 'x'.repeat(100)), 'x', () => {})).rejects.toThrow(/too long/)
  })
})

describe('the tail of the log', () => {
  it('begins with the last thousand lines, and goes on with each that follows', () => {
    const tail = keepLogTail()
    for (let line = 0; line < 1500; line++) tail.push(`${line}\n`)
    let text = ''
    const output = new Writable({
      write(chunk, _, done) {
        text += chunk
        done()
      },
    })
    tail.follow(output)
    tail.push('new\n')
    const lines = text.trim().split('\n')
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([1001, '500', 'new'])
  })

  it('does not wait for a reader that does not read', () => {
    const tail = keepLogTail()
    const output = new PassThrough()
    tail.follow(output)
    for (let line = 0; line < 100; line++) tail.push('x'.repeat(100_000))
    expect(output.writableLength).toBeLessThan(5_000_000)
  })
})

describe('atoll logs and atoll console', () => {
  it('speak with a running site', async () => {
    const command = join(import.meta.dirname, '../../bin/atoll.js')
    const content = join(data, 'content')
    mkdirSync(join(content, 'posts'), { recursive: true })
    writeFileSync(join(content, 'posts/bad.md'), '---\ntitle: [\n---\n')
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      ATOLL_CONTENT: content,
      ATOLL_DATA: data,
      PORT: '0',
      HOST: '127.0.0.1',
    }
    const ends: (() => Promise<unknown>)[] = []
    const run = (word: string) => {
      const child = spawn(process.execPath, [command, word], { env })
      // Listened for from the start: two of them end by themselves when the site does.
      const ended = new Promise((resolve) => child.once('close', resolve))
      ends.push(() => {
        child.kill('SIGKILL')
        return ended
      })
      return child
    }
    const site = run('start')
    const shown = { start: '', logs: '', console: '' }
    try {
      site.stdout.on('data', (chunk) => (shown.start += chunk))
      await expect.poll(() => shown.start, { timeout: 15_000 }).toContain('serving')
      await expect
        .poll(
          () =>
            connectToOwner(data, 'logs').then(
              (socket) => !!socket.destroy(),
              () => false,
            ),
          { timeout: 5000 },
        )
        .toBe(true)
      const logs = run('logs')
      const prompt = run('console')
      logs.stdout.on('data', (chunk) => (shown.logs += chunk))
      prompt.stdout.on('data', (chunk) => (shown.console += chunk))
      await expect.poll(() => shown.logs, { timeout: 10_000 }).toContain('bad.md')
      prompt.stdin.write('await repo.db.selectFrom("imports").selectAll().execute()\n')
      await expect.poll(() => shown.console, { timeout: 10_000 }).toContain('[]')
    } finally {
      for (const end of ends) await end()
    }
    // Three programs start one after the other.
  }, 60_000)
})
