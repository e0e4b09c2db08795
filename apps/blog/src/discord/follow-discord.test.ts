import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebSocket as Client, WebSocketServer } from 'ws'
import { followDiscord } from './follow-discord.ts'
import { type DiscordPresence, parsePresence } from './presence.ts'

const userId = '94490510688792576'

/** As Lanyard sends it, shortened. */
const presence = {
  active_on_discord_desktop: true,
  listening_to_spotify: true,
  spotify: { song: 'Let Go', artist: 'Ark Patrol; Veronika Redd', track_id: '3kdlVcMVsSkbsUy8eQcBjI' },
  discord_user: { username: 'ana', global_name: 'Ana', id: userId, avatar: null },
  discord_status: 'online',
  activities: [
    { type: 4, name: 'Custom Status', state: 'at sea' },
    { type: 2, name: 'Spotify' },
    { type: 0, name: 'Visual Studio Code' },
  ],
}

let server: WebSocketServer
let url: string
let heard: { op: number; d?: unknown }[]
let seen: (DiscordPresence | undefined)[]
let follower: { close(): void } | undefined
/** What the server sends to whoever subscribes. */
let initial: object | string

beforeEach(async () => {
  heard = []
  seen = []
  initial = { op: 0, seq: 1, t: 'INIT_STATE', d: presence }
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('connection', (client: Client) => {
    send(client, { op: 1, d: { heartbeat_interval: 1000 } })
    client.on('message', (data) => {
      const message = JSON.parse(String(data)) as { op: number }
      heard.push(message)
      if (message.op === 2) send(client, initial)
    })
  })
})
afterEach(async () => {
  follower?.close()
  for (const client of server.clients) client.terminate()
  await new Promise((resolve) => server.close(resolve))
})

function send(client: Client, message: object | string) {
  client.send(typeof message === 'string' ? message : JSON.stringify(message))
}

function follow(times = {}) {
  follower = followDiscord({
    userId,
    url,
    onChange: (next) => void seen.push(next),
    times: { retryMs: 20, graceMs: 100, ...times },
  })
}

describe('followDiscord', () => {
  it('subscribes, shows what it is told, and keeps the link alive', async () => {
    follow()
    await vi.waitUntil(() => seen.length === 1, 5000)
    expect(heard[0]).toEqual({ op: 2, d: { subscribe_to_id: userId } })
    expect(seen[0]).toEqual({
      status: 'online',
      name: 'Ana',
      activity: 'Visual Studio Code',
      song: { title: 'Let Go', artist: 'Ark Patrol; Veronika Redd' },
    })
    const [client] = server.clients
    send(client!, { op: 0, seq: 2, t: 'PRESENCE_UPDATE', d: { ...presence, discord_status: 'dnd' } })
    await vi.waitUntil(() => seen.at(-1)?.status === 'dnd', 5000)
    await vi.waitUntil(() => heard.some(({ op }) => op === 3), 5000)
  })

  it('says that it does not know once the link is dead, and comes back by itself', async () => {
    follow()
    await vi.waitUntil(() => seen.length === 1, 5000)
    const { port } = server.address() as AddressInfo
    for (const client of server.clients) client.terminate()
    await new Promise((resolve) => server.close(resolve))
    await vi.waitUntil(() => seen.length === 2 && seen[1] === undefined, 5000)
    server = new WebSocketServer({ port, host: '127.0.0.1' })
    server.on('connection', (client) => send(client, initial))
    await vi.waitUntil(() => seen.at(-1)?.status === 'online', 10_000)
  })

  it('shows nothing else while a link is replaced at once', async () => {
    follow({ graceMs: 5000 })
    await vi.waitUntil(() => seen.length === 1, 5000)
    for (const client of server.clients) client.terminate()
    await vi.waitUntil(() => seen.length === 2, 5000)
    expect(seen[1]).toEqual(seen[0])
  })

  it('makes a link anew on which nothing comes', async () => {
    let connections = 0
    server.on('connection', () => connections++)
    initial = 'nothing that Lanyard says'
    follow({ silentMs: 200 })
    await vi.waitUntil(() => connections > 1, 5000)
  })

  it('is no worse for what makes no sense', async () => {
    follow()
    await vi.waitUntil(() => seen.length === 1, 5000)
    const [client] = server.clients
    for (const nonsense of [
      '{',
      'null',
      '7',
      '[]',
      '{"op":0}',
      '{"op":0,"t":"PRESENCE_UPDATE"}',
      '{"op":1,"d":null}',
    ]) {
      send(client!, nonsense)
    }
    send(client!, { op: 0, t: 'PRESENCE_UPDATE', d: { discord_status: 'asleep', activities: 'none' } })
    const shown = await vi.waitUntil(() => seen.find((presence) => presence?.status === 'offline'), 5000)
    expect(shown).toEqual({ status: 'offline', name: '' })
  })
})

it('parsePresence shows no song that is not playing', () => {
  expect(parsePresence({ ...presence, listening_to_spotify: false })?.song).toBeUndefined()
  expect(parsePresence({ ...presence, spotify: null })?.song).toBeUndefined()
  expect(parsePresence(null)).toBeUndefined()
})
