import type { DiscordPresence } from '@atoll/blog'

const words = { online: 'Online', idle: 'Idle', dnd: 'Do not disturb', offline: 'Offline' } as const

/** Where it will stand: pages are kept, and this changes all the time, so it comes over the line. */
export function DiscordPlace() {
  return (
    <span id="site:discord" class="needs-script" data-kept="">
      <span data-live="discord" hidden />
    </span>
  )
}

/** In the status bar; somebody of whom nothing is known is offline. */
export function Discord({ presence, author }: { presence: DiscordPresence | undefined; author: string }) {
  const { status = 'offline', name, activity, song } = presence ?? {}
  const doing = [activity, song && `♫ ${song.title} — ${song.artist}`].filter(Boolean).join(' · ')
  const text = `${name || author || 'Discord'}: ${doing || words[status]}`
  return (
    <span data-live="discord" class="status-discord" data-status={status} title={`${words[status]} on Discord`}>
      <span class="visually-hidden">{words[status]}, </span>
      {text}
    </span>
  )
}
