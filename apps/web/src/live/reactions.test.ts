import { openSocket } from '@atoll/live/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { openTestServer, type TestServer } from '../testing/test-server.ts'
import type { Reaction } from './reactions.ts'

const person = '0123456789abcdef0123456789abcdef'
const form = {
  method: 'POST',
  body: 'kind=%F0%9F%91%8D',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
}

let server: TestServer
let written: { reaction: Reaction; key: string | undefined }[]

afterEach(() => server.close())

async function open() {
  written = []
  server = await openTestServer({
    react: async (reaction, { key }) => {
      written.push({ reaction, key })
      return { value: reaction.kind === '👍' ? { kind: 'toggled', isOn: true, count: 7 } : { kind: 'refused' } }
    },
  })
  return server
}

const ask = (input: unknown, key = 'k') => ({ do: 'ask', key, action: 'reactions.toggle', input })

describe('a reaction over the line', () => {
  it('is written under its key, by a person of whom only a hash is known', async () => {
    const { port } = await open()
    const socket = await openSocket(port)
    socket.say(ask({ post: 'hello', kind: '👍', person, isOn: true }, 'the key'))
    expect(await socket.heard('answer')).toEqual({ is: 'answer', key: 'the key', value: { isOn: true, count: 7 } })
    expect(written).toMatchObject([{ key: 'the key', reaction: { post: 'hello', kind: '👍', wanted: 'on' } }])
    expect(written[0]!.reaction.person).not.toContain(person.slice(0, 8))
    socket.close()
  })

  it('is refused when it is none, and when there are too many', async () => {
    const { port } = await open()
    const socket = await openSocket(port)
    const inputs = [
      null,
      {},
      { post: 1 },
      { post: 'hello', kind: '👍', isOn: true, person: 'me' },
      { post: 'hello', kind: 'x'.repeat(33), isOn: true, person },
      { post: 'x'.repeat(201), kind: '👍', isOn: true, person },
    ]
    for (const input of inputs) {
      socket.say(ask(input))
      expect((await socket.heard('answer')).error).toEqual({ code: 'bad_input', applied: 'no' })
    }
    expect(written).toEqual([])
    for (let tap = 0; tap < 20; tap++) socket.say(ask({ post: 'hello', kind: '👍', person, isOn: true }, String(tap)))
    let answer = await socket.heard('answer')
    while (!answer.error) answer = await socket.heard('answer')
    expect(answer.error).toEqual({ code: 'too_many', applied: 'no' })
    expect(written.length).toBeLessThan(20)
    socket.close()
  })
})

describe('a reaction by form', () => {
  it('leads back to the page, with a cookie made for this alone', async () => {
    const { ask: request } = await open()
    expect((await request('/posts/hello')).headers['set-cookie']).toBeUndefined()
    const { status, headers } = await request('/posts/hello/reactions', form)
    expect([status, headers.location]).toEqual([303, '/posts/hello#site:reactions'])
    const [cookie] = headers['set-cookie']!
    expect(cookie).toMatch(/^reader=[0-9a-f]{32}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure$/)

    const again = await request('/posts/hello/reactions', {
      ...form,
      headers: { ...form.headers, cookie: cookie!.split(';')[0]! },
    })
    expect(again.headers['set-cookie']).toBeUndefined()
    expect(written.map(({ reaction }) => reaction.person)).toEqual([
      written[0]!.reaction.person,
      written[0]!.reaction.person,
    ])
  })

  it('is refused to other sites, to what is no reaction, and to what is too much', async () => {
    const { ask: request } = await open()
    const post = (options: object) =>
      request('/posts/hello/reactions', { ...form, ...options }).then(({ status }) => status)
    expect(await post({ headers: { origin: 'https://evil.example' } })).toBe(403)
    expect(await post({ body: 'kind=x' })).toBe(400)
    expect(await post({ body: 'x'.repeat(10_000) })).toBe(400)
    expect(await post({ body: `kind=${'x'.repeat(33)}` })).toBe(400)
    expect((await request(`/posts/${'x'.repeat(201)}/reactions`, form)).status).toBe(400)
    expect(written.map(({ reaction }) => reaction.kind)).toEqual(['x', ''])
    expect((await request('/posts/hello/reactions')).status).toBe(405)
  })
})
