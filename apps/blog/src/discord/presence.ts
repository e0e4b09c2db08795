import { z } from 'zod'

/** What somebody does on Discord, as far as it is told. */
export interface DiscordPresence {
  status: 'online' | 'idle' | 'dnd' | 'offline'
  name: string
  /** A game or a program. */
  activity?: string
  song?: { title: string; artist: string }
}

/** Custom states and music are told elsewhere (Discord's activity types). */
const otherTypes = new Set([2, 4])

const text = z.string().max(500)

/** What is missing or of another kind falls to its default: a stranger's message never breaks anything. */
const presenceSchema = z.object({
  discord_status: z.enum(['online', 'idle', 'dnd', 'offline']).catch('offline'),
  discord_user: z
    .object({ username: text.catch(''), global_name: text.nullish().catch(undefined) })
    .catch({ username: '', global_name: undefined }),
  activities: z.array(z.object({ name: text.catch(''), type: z.number().catch(0) })).catch([]),
  listening_to_spotify: z.boolean().catch(false),
  spotify: z.object({ song: text, artist: text }).nullish().catch(undefined),
})

/** The data of Lanyard's INIT_STATE and PRESENCE_UPDATE (https://github.com/Phineas/lanyard#socket). */
export function parsePresence(data: unknown): DiscordPresence | undefined {
  const parsed = presenceSchema.safeParse(data)
  if (!parsed.success) return undefined
  const { discord_status: status, discord_user: user, activities, listening_to_spotify, spotify } = parsed.data
  const activity = activities.find(({ name, type }) => name !== '' && !otherTypes.has(type))
  return {
    status,
    name: user.global_name || user.username,
    ...(activity && { activity: activity.name }),
    ...(listening_to_spotify && spotify && { song: { title: spotify.song, artist: spotify.artist } }),
  }
}
