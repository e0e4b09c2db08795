import { z } from 'zod'
import { malformed } from '../values/byte-reader.ts'
import { decodeValue } from '../values/decode.ts'

/**
 * What nodes say to each other. Two releases talk: a reader ignores fields and kinds of message it does not know, a
 * field that came later is optional, and what a field means never changes within a protocol version.
 */
const message = z.discriminatedUnion('kind', [
  /** The first message of both sides. */
  z.object({
    kind: z.literal('hello'),
    /** Protocol versions that the sender speaks. */
    protocols: z.array(z.number()),
    /** Random for each start of a node, so that a node knows itself, and a restarted one is somebody new. */
    instance: z.string(),
    name: z.string(),
    region: z.string(),
    version: z.string(),
    /** Where the sender listens; without a host on every address of its machine, so also on the one it calls from. */
    host: z.string().optional(),
    port: z.number(),
    facts: z.record(z.string(), z.unknown()),
  }),
  /** What the sender's hello said of it has changed. */
  z.object({ kind: z.literal('facts'), facts: z.record(z.string(), z.unknown()) }),
  /** `deadlineMs` is time left, not a time of day: clocks differ. */
  z.object({
    kind: z.literal('call'),
    id: z.number(),
    method: z.string(),
    payload: z.unknown(),
    deadlineMs: z.number(),
  }),
  z.object({ kind: z.literal('cancel'), id: z.number() }),
  z.object({ kind: z.literal('answer'), id: z.number(), value: z.unknown() }),
  /** `by` says whether the code is one of ours or of the method's own. */
  z.object({
    kind: z.literal('failure'),
    id: z.number(),
    by: z.enum(['cluster', 'handler']),
    code: z.string(),
    message: z.string(),
    applied: z.enum(['no', 'unknown']),
  }),
  /** Sent every second: whoever is not heard of is gone. */
  z.object({ kind: z.literal('ping') }),
  /** Why the sender hangs up. */
  z.object({ kind: z.literal('bye'), reason: z.string() }),
])

export type Message = z.infer<typeof message>
export type MessageOf<Kind extends Message['kind']> = Extract<Message, { kind: Kind }>
export type Hello = MessageOf<'hello'>

const kinds = new Set<unknown>(message.options.map((option) => option.shape.kind.value))

/**
 * Reads a message; undefined for a kind that this release does not know.
 *
 * @throws ClusterError `malformed`
 */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const value = decodeValue(bytes)
  const result = message.safeParse(value)
  if (result.success) return result.data
  const kind = (value as { kind?: unknown } | null | undefined)?.kind
  if (typeof kind === 'string' && !kinds.has(kind)) return undefined
  throw malformed(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

/** The protocol versions that this release speaks. */
export const protocols = [1]

export function commonProtocol(theirs: readonly number[]): number | undefined {
  const common = protocols.filter((version) => theirs.includes(version))
  return common.length > 0 ? Math.max(...common) : undefined
}
