import type { DiscordPresence, Site } from '@atoll/blog'
import { openSocket } from '@atoll/live/testing'
import { afterEach, expect, it, vi } from 'vitest'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

afterEach(() => server.close())

it('shows on open pages what the author does, whoever the settings say that is', async () => {
  let discordId: string | undefined = '1'
  const following: { userId: string; onChange: (presence: DiscordPresence | undefined) => void }[] = []
  const closed: string[] = []
  server = await openTestServer({
    queries: {
      async loadSite(reader) {
        // A read that dates what comes of it.
        await reader.db.selectFrom('commits').select('number').execute()
        return siteOf()
      },
    },
    followDiscord(options) {
      following.push(options)
      return { close: () => void closed.push(options.userId) }
    },
  })
  await vi.waitUntil(() => following.length === 1)
  const socket = await openSocket(server.port)
  expect((await socket.heard('shown')).parts.discord).toContain('Ana: Offline')

  following[0]!.onChange({ status: 'dnd', name: 'ana', song: { title: '<b>', artist: 'B' } })
  expect((await socket.heard('shown')).parts.discord).toContain('ana: ♫ &lt;b&gt; — B')

  discordId = '2'
  server.repo.publish({}, ['site'])
  await vi.waitUntil(() => following.length === 2)
  expect([following[1]!.userId, closed]).toEqual(['2', ['1']])
  discordId = undefined
  server.repo.publish({}, ['site'])
  await vi.waitUntil(() => closed.length === 2)
  socket.close()

  function siteOf(): Site {
    return { title: 'A site', author: { name: 'Ana' }, ...(discordId && { discordId }) } as Site
  }
})
