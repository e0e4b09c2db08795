import type { Duplex } from 'node:stream'
import { ClusterError } from '../errors.ts'
import { encodeValue } from '../values/encode.ts'
import { createFrameReader, frameHeader } from './frames.ts'
import { watchLiveness } from './liveness.ts'
import { decodeMessage, type Message } from './messages.ts'

export interface ChannelLimits {
  /** Of one message. Default 32 MiB. */
  maxMessageBytes: number
  /** Of messages that wait to be sent to one peer. Default 64 MiB. */
  maxQueuedBytes: number
  /** How often each side says something. Default 1,000. */
  pingMs: number
  /** After how long without a word a peer is gone. Default 5,000. */
  silenceMs: number
}

export const channelLimits: ChannelLimits = {
  maxMessageBytes: 32 * 1024 * 1024,
  maxQueuedBytes: 64 * 1024 * 1024,
  pingMs: 1000,
  silenceMs: 5000,
}

export interface ChannelOptions {
  limits: ChannelLimits
  onMessage: (message: Message) => void
  /** Called once. */
  onClose: (reason: ClusterError) => void
}

export interface Channel {
  /** @throws ClusterError `too_large`, `unsupported_value`; nothing was sent then. */
  send(message: Message): void
  /** @throws ClusterError `overloaded` too: for messages that the sender can do without. */
  sendIfRoom(message: Message): void
  close(reason: ClusterError): void
}

/**
 * Messages over a connection to an authenticated peer. All that is sent in one turn of the event loop leaves in one
 * write. While the peer does not take what we send, we do not read what it sends.
 */
export function openChannel(socket: Duplex, { limits, onMessage, onClose }: ChannelOptions): Channel {
  let closed: ClusterError | undefined
  let isCorked = false
  const liveness = watchLiveness({
    ...limits,
    ping: () => send({ kind: 'ping' }),
    onSilence: () => close(new ClusterError('unanswered', `nothing was heard for ${limits.silenceMs} ms`)),
  })
  const read = createFrameReader(limits.maxMessageBytes, (bytes) => {
    const message = closed ? undefined : decodeMessage(bytes)
    if (message) onMessage(message)
  })

  socket.on('data', (chunk: Buffer) => {
    liveness.heard()
    try {
      read(chunk)
    } catch (error) {
      close(error instanceof ClusterError ? error : new ClusterError('malformed', String(error), { cause: error }))
    }
    if (socket.writableLength > limits.maxQueuedBytes) socket.pause()
  })
  socket.on('drain', () => socket.resume())
  socket.on('error', (cause) =>
    close(new ClusterError('unanswered', `the connection broke: ${cause.message}`, { cause })),
  )
  socket.on('close', () => close(new ClusterError('unanswered', 'the other side hung up')))
  socket.on('end', () => socket.destroy())

  function send(message: Message): void {
    if (!closed) write(encode(message))
  }

  function sendIfRoom(message: Message): void {
    const bytes = encode(message)
    const queued = socket.writableLength
    if (queued > 0 && queued + bytes.length > limits.maxQueuedBytes) {
      throw new ClusterError('overloaded', `${queued} bytes wait to be sent to this peer`)
    }
    if (!closed) write(bytes)
  }

  function encode(message: Message): Buffer {
    const bytes = encodeValue(message)
    if (bytes.length <= limits.maxMessageBytes) return bytes
    throw new ClusterError('too_large', `a message of ${bytes.length} bytes; ${limits.maxMessageBytes} are allowed`)
  }

  function write(bytes: Buffer): void {
    if (!isCorked) corkForThisTurn()
    socket.write(frameHeader(bytes.length))
    socket.write(bytes)
  }

  function corkForThisTurn(): void {
    isCorked = true
    socket.cork()
    setImmediate(() => {
      isCorked = false
      socket.uncork()
    })
  }

  function close(reason: ClusterError): void {
    if (closed) return
    send({ kind: 'bye', reason: reason.message })
    closed = reason
    liveness.end()
    // Ended, not destroyed, so that the peer reads why; it gets a moment, not more.
    setImmediate(() => socket.end(() => socket.destroy()))
    setTimeout(() => socket.destroy(), limits.pingMs).unref()
    onClose(reason)
  }

  return { send, sendIfRoom, close }
}
