import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ToggledReaction } from '@atoll/blog'
import { type Action, hashPerson, LiveError, limitRate, readText } from '@atoll/live'
import type { Token } from '@atoll/repo'
import type { RawHeaders } from '../http/security-headers.ts'
import { sendMessage, statusLine } from '../http/send.ts'
import type { Handler } from '../server/router.ts'
import { tokenHeaders } from '../tokens/token-headers.ts'

export interface Reaction {
  post: string
  kind: string
  /** Hash of a random id. */
  person: string
  wanted: 'on' | 'off' | 'other'
}

/** Writes a reaction; `key` names the attempt, so that a second one of the same key changes nothing. */
export type React = (
  reaction: Reaction,
  options: { key?: string },
) => Promise<{ value: ToggledReaction; token?: Token }>

interface ReactionsOptions {
  react: React
  isOurs: (request: IncomingMessage) => boolean
  clientAddress: (request: IncomingMessage) => string
  /** Whether cookies may be sent over https only. */
  isSecure: boolean
  headers: RawHeaders
}

const maxFormBytes = 1024
const cookieName = 'reader'
/** Longer ones the operation refuses as a mistake of ours. */
const [maxPost, maxKind] = [200, 32]

/** One tap under a post, over the open line or as a plain form. */
export function takeReactions(options: ReactionsOptions): { act: Action; handleForm: Handler } {
  const { react, isOurs, clientAddress, isSecure, headers } = options
  // A household shares an address; a person has one finger.
  const people = limitRate({ perSecond: 2, atOnce: 12 })
  const addresses = limitRate({ perSecond: 20, atOnce: 100 })

  return {
    async act(input, { key, address }) {
      const { post, kind, person, isOn } = (input ?? {}) as Record<string, unknown>
      if (!isShort(post, maxPost) || !isShort(kind, maxKind) || typeof isOn !== 'boolean' || !isId(person)) {
        throw new LiveError('bad_input', 'this is no reaction')
      }
      const wanted = isOn ? 'on' : 'off'
      return write({ post, kind, person: hashPerson(person), wanted }, { key, address })
    },
    async handleForm({ request, response, params }) {
      if (!isOurs(request)) return refuse(403, 'another site cannot react')
      const form = new URLSearchParams((await readText(request, maxFormBytes)) ?? '')
      const known = readerOf(request)
      const reader = known ?? randomBytes(16).toString('hex')
      const post = params.slug!
      const kind = form.get('kind') ?? ''
      if (!isShort(post, maxPost) || !isShort(kind, maxKind)) return refuse(400, 'this is no reaction')
      const reaction = { post, kind, person: hashPerson(reader), wanted: 'other' as const }
      const address = clientAddress(request)
      if (!addresses.allow(address) || !people.allow(reaction.person)) return refuse(429, 'wait a moment')
      const { value, token } = await react(reaction, {})
      if (value.kind === 'refused') return refuse(400, 'there is no such post or reaction')
      const location = `/posts/${encodeURIComponent(post)}#site:reactions`
      const cookie = known ? [] : ['Set-Cookie', cookieOf(reader)]
      // The page it asks for next has this reaction, on whichever node.
      const seen = token ? tokenHeaders(token, { isSecure }) : []
      sendMessage(request, response, {
        status: 303,
        text: `See ${location}`,
        headers: ['Location', location, ...cookie, ...seen, ...headers],
      })

      function refuse(status: number, reason: string) {
        // What was not read might be taken for the next request.
        response.shouldKeepAlive = false
        sendMessage(request, response, { status, text: statusLine(status, reason), headers })
      }
    },
  }

  async function write(reaction: Reaction, { key, address }: { key: string; address: string }) {
    if (!addresses.allow(address) || !people.allow(reaction.person)) {
      throw new LiveError('too_many', 'too many reactions')
    }
    const { value } = await react(reaction, { key })
    if (value.kind === 'refused') throw new LiveError('bad_input', 'there is no such post or reaction')
    return { isOn: value.isOn, count: value.count }
  }

  /** Made when somebody without a script reacts, for nothing else, and readable to no script. */
  function cookieOf(reader: string): string {
    return `${cookieName}=${reader}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  }
}

function readerOf({ headers }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|;\\s*)${cookieName}=([0-9a-f]{32})(?:;|$)`).exec(headers.cookie ?? '')?.[1]
}

function isShort(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length <= length
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)
}
