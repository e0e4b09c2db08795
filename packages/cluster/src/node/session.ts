import type { Duplex } from 'node:stream'
import { type Answerer, type AnswererOptions, createAnswerer } from '../calls/answerer.ts'
import { type Caller, createCaller } from '../calls/caller.ts'
import { type ChannelLimits, openChannel } from '../channel/channel.ts'
import { commonProtocol, type Hello, type Message } from '../channel/messages.ts'
import { ClusterError } from '../errors.ts'

export interface SessionOptions {
  hello: () => Hello
  handlers: AnswererOptions['handlers']
  limits: SessionLimits
  /** What the peer's hello said of it has changed. */
  onFacts?: (session: Session) => void
  /** Called once, also when the peer never said hello. */
  onClose: (reason: ClusterError) => void
}

export interface SessionLimits extends ChannelLimits {
  /** Calls to one peer that wait for an answer. Default 1,024. */
  maxInFlight: number
  /** Calls of one peer that run here. Default 1,024. */
  maxRunning: number
  /** How long a peer may take to say hello. Default 5,000. */
  helloMs: number
}

/** A connection on which both sides said hello. */
export interface Session {
  readonly peer: Hello
  readonly call: Caller['call']
  announce(facts: Hello['facts']): void
  close(reason: ClusterError): void
}

/**
 * Says hello and waits for the peer's; from then on each side can ask the other.
 *
 * @throws ClusterError `incompatible`, `malformed`, `unanswered`; the connection is closed then.
 */
export async function openSession(socket: Duplex, options: SessionOptions): Promise<Session> {
  const { hello, handlers, limits, onFacts, onClose } = options
  const { promise: greeted, resolve, reject } = Promise.withResolvers<Session>()
  let peer: Hello | undefined
  let answerer: Answerer | undefined

  const channel = openChannel(socket, {
    limits,
    onMessage: (message) => {
      if (peer) receive(message)
      else greet(message)
    },
    onClose: (reason) => {
      clearTimeout(timer)
      caller.close(reason)
      answerer?.close()
      reject(reason)
      onClose(reason)
    },
  })
  const caller = createCaller(channel, limits.maxInFlight)
  const session: Session = {
    get peer() {
      return peer!
    },
    call: caller.call,
    announce: (facts) => channel.send({ kind: 'facts', facts }),
    close: channel.close,
  }
  const timer = setTimeout(() => {
    channel.close(new ClusterError('unanswered', `no hello for ${limits.helloMs} ms`))
  }, limits.helloMs)
  channel.send(hello())
  return greeted

  function greet(message: Message): void {
    if (message.kind === 'hello') meet(message)
    else if (message.kind === 'bye') channel.close(new ClusterError('incompatible', message.reason))
    else if (message.kind !== 'ping') channel.close(new ClusterError('malformed', `${message.kind} before hello`))
  }

  function meet(hello: Hello): void {
    clearTimeout(timer)
    if (commonProtocol(hello.protocols) === undefined) {
      channel.close(new ClusterError('incompatible', `${hello.name} speaks protocols ${hello.protocols}`))
    } else {
      peer = hello
      answerer = createAnswerer(channel, { from: { node: hello.name, region: hello.region }, handlers, ...limits })
      resolve(session)
    }
  }

  function receive(message: Message): void {
    if (message.kind === 'call') void answerer!.answer(message)
    else if (message.kind === 'cancel') answerer!.cancel(message.id)
    else if (message.kind === 'answer' || message.kind === 'failure') caller.settle(message)
    else if (message.kind === 'facts') learn(message.facts)
    else if (message.kind === 'bye') {
      channel.close(new ClusterError('unanswered', `the peer hung up: ${message.reason}`))
    }
  }

  function learn(facts: Hello['facts']): void {
    peer = { ...peer!, facts }
    onFacts?.(session)
  }
}
