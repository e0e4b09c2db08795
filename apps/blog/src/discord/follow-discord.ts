import { type DiscordPresence, parsePresence } from './presence.ts'

export interface FollowDiscordOptions {
  userId: string
  /** Nothing while it is not known: before the first answer, and when the link is dead. */
  onChange: (presence: DiscordPresence | undefined) => void
  /** @default Lanyard's public one */
  url?: string | undefined
  times?: Partial<FollowTimes>
}

export interface FollowTimes {
  /** Before the second attempt; twice as long before each one after it, at random within that. */
  retryMs: number
  longestRetryMs: number
  /** A link that is gone this long is said to be. */
  graceMs: number
  /** Lanyard answers no heartbeat, so a link on which nothing comes is made anew. */
  silentMs: number
}

const defaultTimes: FollowTimes = { retryMs: 1000, longestRetryMs: 300_000, graceMs: 5000, silentMs: 600_000 }

type Timer = NodeJS.Timeout | undefined

/** Follows somebody's Discord status through Lanyard. It fails to nobody: what is not known is not shown. */
export function followDiscord({ userId, onChange, url = lanyard, times }: FollowDiscordOptions): { close(): void } {
  const { retryMs, longestRetryMs, graceMs, silentMs } = { ...defaultTimes, ...times }
  let socket: WebSocket | undefined
  let failures = 0
  let isClosed = false
  let [beating, retrying, doubting, listening]: Timer[] = []

  open()
  return {
    close() {
      isClosed = true
      forget()
      clearTimeout(retrying)
      clearTimeout(doubting)
    },
  }

  function open(): void {
    const opened = new WebSocket(url)
    socket = opened
    listen()
    opened.onmessage = ({ data }) => {
      if (socket === opened) hear(String(data))
    }
    opened.onclose = () => {
      if (socket === opened) lose()
    }
  }

  function hear(text: string): void {
    listen()
    const { op, t, d } = parseMessage(text)
    if (op === 1) greet(Number((d as { heartbeat_interval?: unknown } | null)?.heartbeat_interval) || 30_000)
    if (op !== 0 || (t !== 'INIT_STATE' && t !== 'PRESENCE_UPDATE')) return
    const presence = parsePresence(d)
    if (!presence) return
    failures = 0
    clearTimeout(doubting)
    doubting = undefined
    onChange(presence)
  }

  function greet(beatMs: number): void {
    say({ op: 2, d: { subscribe_to_id: userId } })
    clearInterval(beating)
    beating = setInterval(() => say({ op: 3 }), Math.max(1000, beatMs)).unref()
  }

  function say(message: object): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  function listen(): void {
    clearTimeout(listening)
    listening = setTimeout(lose, silentMs).unref()
  }

  function lose(): void {
    forget()
    if (isClosed) return
    doubting ??= setTimeout(() => onChange(undefined), graceMs).unref()
    const waitMs = Math.min(longestRetryMs, retryMs * 2 ** failures++) * Math.random()
    clearTimeout(retrying)
    retrying = setTimeout(open, waitMs).unref()
  }

  function forget(): void {
    clearInterval(beating)
    clearTimeout(listening)
    const former = socket
    socket = undefined
    former?.close()
  }
}

const lanyard = 'wss://api.lanyard.rest/socket'

function parseMessage(text: string): { op?: unknown; t?: unknown; d?: unknown } {
  try {
    return Object(JSON.parse(text)) as object
  } catch {
    return {}
  }
}
