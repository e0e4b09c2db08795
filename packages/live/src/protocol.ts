/**
 * What the two ends say to each other: one JSON object a message, over a WebSocket, or as server-sent events one way
 * and POST bodies the other. Neither end answers a verb it does not know, so either may be of an older release.
 */

/** A longer message closes its connection. */
export const maxSaidBytes = 4096

/** WebSocket subprotocol of a browser that reads messages of the server as zlib's bytes too. */
export const packed = 'deflate'

/** What a browser says. */
export type Said =
  /** It shows this page (path and query) in this version; '' for one that was not there. Replaces the page before. */
  | { do: 'watch'; page: string; version: string; seen?: string }
  /** Somebody looks at the page: a random id, new every day. */
  | { do: 'here'; person: string }
  | { do: 'away' }
  /** Runs an action once for its key, however often it is asked. */
  | { do: 'ask'; key: string; action: string; input: unknown }
  /** It is still there; `isAsking` wants to hear the same. */
  | { do: 'beat'; isAsking?: boolean }

/** What the server says. */
export type Told =
  /** `now`: milliseconds since 1970. Keys are dated, and the clocks of readers may be hours off. */
  | { is: 'hello'; build: string; beatMs: number; now: number; session?: string }
  /** Parts by name. They apply to the page in version `from`; `*` is any. `at` is given back as `seen`. */
  | {
      is: 'page'
      page: string
      from: string
      version: string
      at: string
      title: string
      parts: Record<string, string>
    }
  | { is: 'moved'; page: string; location: string }
  | { is: 'gone'; page: string }
  /** Something was left out: fetch the page again. */
  | { is: 'refresh' }
  | { is: 'here'; site: number; page: number }
  /** Parts that no page is made from. */
  | { is: 'shown'; parts: Record<string, string> }
  | { is: 'answer'; key: string; value?: unknown; error?: { code: string; applied: 'no' | 'unknown' } }
  | { is: 'notice'; name: string; data: unknown }
  | { is: 'beat' }
  /** This server is leaving: connect again, at a random moment within this time, and only then let go. */
  | { is: 'move'; withinMs: number }

/** What came in: something to do, a verb of another release, or nothing that this protocol has. */
export type Parsed = { kind: 'said'; said: Said } | { kind: 'unknown' } | { kind: 'malformed' }

export function parseSaid(text: string): Parsed {
  if (text.length > maxSaidBytes) return { kind: 'malformed' }
  const message = parseObject(text)
  if (!message || typeof message.do !== 'string') return { kind: 'malformed' }
  const read = Object.hasOwn(verbs, message.do) ? verbs[message.do as Said['do']] : undefined
  if (!read) return { kind: 'unknown' }
  const said = read(message)
  return said ? { kind: 'said', said } : { kind: 'malformed' }
}

/** The browser trusts its server as far as it can read it. */
export function parseTold(text: string): Told | undefined {
  const message = parseObject(text)
  return message && typeof message.is === 'string' ? (message as Told) : undefined
}

type Message = Record<string, unknown>

const verbs: { [Verb in Said['do']]: (message: Message) => Extract<Said, { do: Verb }> | undefined } = {
  watch({ page, version, seen }) {
    if (!isPage(page) || !isShort(version, 64)) return undefined
    return { do: 'watch', page, version, ...(isShort(seen, 128) && { seen }) }
  },
  here: ({ person }) => (isShort(person, 64) && person.length >= 16 ? { do: 'here', person } : undefined),
  away: () => ({ do: 'away' }),
  ask({ key, action, input }) {
    return isShort(key, 64) && key !== '' && isShort(action, 64) ? { do: 'ask', key, action, input } : undefined
  },
  beat: ({ isAsking }) => ({ do: 'beat', ...(isAsking === true && { isAsking }) }),
}

function isPage(value: unknown): value is string {
  return isShort(value, 2048) && value.startsWith('/')
}

function isShort(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length <= length
}

function parseObject(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : undefined
  } catch {
    return undefined
  }
}
