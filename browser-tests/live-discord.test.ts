import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { browserIsMissing, desktop, openBrowser, openPage, type WatchedPage } from './browser.ts'
import { type LiveSite, startLiveSite } from './live-site.ts'

const author = '94490510688792576'

/** A small server that speaks as Lanyard does. */
interface Lanyard {
  url: string
  /** Whom it was asked for. */
  asked: string[]
  tell(type: 'INIT_STATE' | 'PRESENCE_UPDATE', presence: object): void
  close(): Promise<void>
}

async function openLanyard(): Promise<Lanyard> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const asked: string[] = []
  let closing: Promise<unknown> | undefined
  const tellOne = (client: WebSocket, t: string, d: object) => client.send(JSON.stringify({ op: 0, seq: 1, t, d }))
  server.on('connection', (client) => {
    client.send(JSON.stringify({ op: 1, d: { heartbeat_interval: 30_000 } }))
    client.on('message', (data) => {
      const { op, d } = JSON.parse(String(data)) as { op: number; d: { subscribe_to_id: string } }
      if (op !== 2) return
      asked.push(d.subscribe_to_id)
      tellOne(client, 'INIT_STATE', presence)
    })
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    tell(type, presence) {
      for (const client of server.clients) tellOne(client, type, presence)
    },
    async close() {
      closing ??= once(server, 'close')
      for (const client of server.clients) client.terminate()
      server.close()
      await closing
    },
  }
}

const presence = {
  listening_to_spotify: false,
  spotify: null,
  discord_user: { username: 'ana', global_name: 'Ana', id: author, avatar: null },
  discord_status: 'online',
  activities: [{ type: 0, name: 'Visual Studio Code' }],
}

describe.skipIf(browserIsMissing)('what the author does on Discord', () => {
  let lanyard: Lanyard
  let site: LiveSite
  let browser: Browser
  let watched: WatchedPage

  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    lanyard = await openLanyard()
    site = await startLiveSite({ ATOLL_LANYARD: lanyard.url })
    watched = await openPage(browser, desktop)
  })
  afterEach(async () => {
    await watched?.close()
    await site?.stop()
    await lanyard?.close()
  })

  const status = () => watched.page.locator('.status-discord')

  async function open(): Promise<void> {
    const hello = watched.page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
    await watched.page.goto(site.url)
    await hello
  }

  it('is shown to nobody, and asked of nobody, where it is not configured', async () => {
    await open()
    expect(await status().count()).toBe(0)
    expect(lanyard.asked).toEqual([])
  })

  it('is on the page that is open as soon as it is configured, and follows what Lanyard says', async () => {
    await open()
    site.configure(`discord_id: '${author}'`)
    await status().filter({ hasText: 'Ana: Visual Studio Code' }).waitFor()
    expect(lanyard.asked).toEqual([author])
    const song = { song: 'Let Go', artist: 'Ark Patrol' }
    lanyard.tell('PRESENCE_UPDATE', { ...presence, listening_to_spotify: true, spotify: song, activities: [] })
    await status().filter({ hasText: '♫ Let Go — Ark Patrol' }).waitFor()
    lanyard.tell('PRESENCE_UPDATE', { ...presence, discord_status: 'dnd', activities: [] })
    await status().filter({ hasText: 'Ana: Do not disturb' }).waitFor()
    await watched.page.reload()
    await status().filter({ hasText: 'Ana: Do not disturb' }).waitFor()
  })

  it('is "Offline" when the link to Lanyard is dead', { timeout: 60_000 }, async () => {
    await open()
    site.configure(`discord_id: '${author}'`)
    await status().filter({ hasText: 'Ana: Visual Studio Code' }).waitFor()
    await lanyard.close()
    await status().filter({ hasText: 'Offline' }).and(watched.page.locator('[data-status=offline]')).waitFor()
    expect(watched.complaints).toEqual([])
  })
})
