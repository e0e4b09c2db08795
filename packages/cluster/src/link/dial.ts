import { connect, type TLSSocket } from 'node:tls'
import { formatAddress, type HostPort } from '../address.ts'
import { ClusterError } from '../errors.ts'
import { chooseKey, handshakeOptions } from './handshake.ts'
import type { ClusterKeys } from './keys.ts'

export interface DialOptions {
  to: HostPort
  keys: ClusterKeys
  /** One of the listener's services. */
  service: string
  /** For the connection and its handshake together. Default 5,000. */
  timeoutMs?: number
  signal?: AbortSignal
}

/**
 * Connects to another node and proves the secret to it; it has proved it to us as well when this resolves. The socket
 * has `noDelay` set, and an error handler.
 *
 * @throws ClusterError `unauthenticated` when the other side has another secret, `unreachable` for all else.
 */
export async function dialSecurely(options: DialOptions): Promise<TLSSocket> {
  const { to, keys, service, timeoutMs = 5000, signal } = options
  signal?.throwIfAborted()
  const socket = connect({
    ...handshakeOptions,
    host: to.host,
    port: to.port,
    ALPNProtocols: [service],
    pskCallback: (hint) => {
      const { identity, key } = chooseKey(keys, hint)
      return { identity, psk: key }
    },
    // There are no certificates and so no names in them: the handshake succeeds only with whoever has the key.
    checkServerIdentity: () => undefined,
  })
  socket.setNoDelay(true)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`no answer for ${timeoutMs} ms`)), timeoutMs)
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  socket.once('secureConnect', resolve)
  socket.once('close', () => reject(new Error('the other side hung up')))
  socket.on('error', reject)
  try {
    await promise
    if (socket.alpnProtocol !== service) throw new Error(`it does not speak ${service}`)
    return socket
  } catch (cause) {
    socket.destroy()
    throw signal?.aborted ? signal.reason : dialError(to, cause as NodeJS.ErrnoException)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

// What a wrong secret looks like from the dialling side: the listener does not know the name of our key, or it does
// and finds that our first encrypted record, or we find that its, was made with another one.
const wrongSecret = new Set([
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY',
  'ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC',
  'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
])

function dialError(to: HostPort, cause: NodeJS.ErrnoException): ClusterError {
  const code = wrongSecret.has(cause.code ?? '') ? 'unauthenticated' : 'unreachable'
  return new ClusterError(code, `cannot reach ${formatAddress(to)}: ${cause.code ?? cause.message}`, { cause })
}
