import type { HostPort } from '../address.ts'
import { channelLimits, openChannel } from '../channel/channel.ts'
import { commonProtocol, type Message } from '../channel/messages.ts'
import { ClusterError } from '../errors.ts'
import { dialSecurely } from '../link/dial.ts'
import { deriveKeys } from '../link/keys.ts'
import { callService } from './front-door.ts'

interface AskWhoOptions {
  secret: string | readonly string[]
  /** For the connection, and again for its hello. Default 3,000. */
  timeoutMs?: number
}

/**
 * Asks who listens at an address, without joining: whoever asks says nothing of itself.
 *
 * @throws ClusterError `unreachable`, `unauthenticated` for another secret, `incompatible` for a release that this one
 * cannot talk to, `unanswered`, `malformed`
 */
export async function askWho(to: HostPort, { secret, timeoutMs = 3000 }: AskWhoOptions) {
  const socket = await dialSecurely({ to, keys: deriveKeys(secret), service: callService, timeoutMs })
  const { promise, resolve, reject } = Promise.withResolvers<Message>()
  const channel = openChannel(socket, { limits: channelLimits, onMessage: resolve, onClose: reject })
  const silent = new ClusterError('unanswered', `no hello for ${timeoutMs} ms`)
  const timer = setTimeout(() => channel.close(silent), timeoutMs)
  try {
    const hello = await promise
    if (hello.kind !== 'hello') throw new ClusterError('malformed', `${hello.kind} before hello`)
    const { name, region, version, protocols } = hello
    if (commonProtocol(protocols) !== undefined) return { name, region, version }
    throw new ClusterError('incompatible', `${name} runs ${version} and speaks protocols ${protocols}`)
  } finally {
    clearTimeout(timer)
    channel.close(new ClusterError('closed', 'it only asked'))
  }
}
