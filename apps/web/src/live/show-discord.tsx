import type { DiscordPresence, Site } from '@atoll/blog'
import { Discord } from '../components/discord.tsx'

export type FollowDiscord = (options: {
  userId: string
  onChange: (presence: DiscordPresence | undefined) => void
}) => { close(): void }

export interface DiscordOnPages {
  /** Looks whom the settings name now. */
  refresh(): Promise<void>
  close(): void
}

interface ShowDiscordOptions {
  follow: FollowDiscord
  loadSite: () => Promise<Site>
  show: (parts: Record<string, string>) => void
}

/** Shows on every open page what the site's author does, as long as the settings name him. */
export function showDiscord({ follow, loadSite, show }: ShowDiscordOptions): DiscordOnPages {
  let following: { userId: string; close(): void } | undefined
  let isClosed = false

  return {
    async refresh() {
      const { discordId, author } = await loadSite()
      if (isClosed || discordId === following?.userId) return
      following?.close()
      following = discordId === undefined ? undefined : start(discordId, author.name)
    },
    close() {
      isClosed = true
      following?.close()
    },
  }

  function start(userId: string, author: string) {
    const onChange = (presence: DiscordPresence | undefined) =>
      show({ discord: String(<Discord presence={presence} author={author} />) })
    onChange(undefined)
    return { userId, ...follow({ userId, onChange }) }
  }
}
