import { packed } from '../protocol.ts'

/** One way to the server; it was asked for and may never open. */
export interface Line {
  say(text: string): void
  /** Nothing is called back after this. */
  close(): void
}

export type LineKind = 'socket' | 'events'

export interface LineEvents {
  onText(text: string): void
  /** It cannot be used any more, or never could. */
  onEnd(): void
}

export type OpenLine = (kind: LineKind, events: LineEvents) => Line

/** Opens a line to this page's own server. */
export const openLine: OpenLine = (kind, events) => (kind === 'socket' ? openSocket(events) : openEvents(events))

function openSocket({ onText, onEnd }: LineEvents): Line {
  const socket = new WebSocket(
    `${location.origin.replace(/^http/, 'ws')}/live`,
    'DecompressionStream' in window ? packed : [],
  )
  const listening = new AbortController()
  const { signal } = listening
  /** While a long message is unpacked: those after it may be ready before it. */
  let unpacking: Promise<void> | undefined
  socket.addEventListener('message', hear, { signal })
  socket.addEventListener('close', onEnd, { signal })
  return {
    say(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close() {
      listening.abort()
      socket.close()
    },
  }

  function hear({ data }: MessageEvent<string | Blob>) {
    if (typeof data === 'string' && !unpacking) return onText(data)
    const own = passAfter(unpacking, typeof data === 'string' ? data : unpack(data))
      .catch(() => socket.close())
      .finally(() => {
        if (unpacking === own) unpacking = undefined
      })
    unpacking = own
  }

  async function passAfter(former: Promise<void> | undefined, text: string | Promise<string>) {
    await former
    const read = await text
    if (!signal.aborted) onText(read)
  }
}

function unpack(data: Blob): Promise<string> {
  return new Response(data.stream().pipeThrough(new DecompressionStream('deflate'))).text()
}

function openEvents({ onText, onEnd }: LineEvents): Line {
  const events = new EventSource('/live/events')
  let session = ''
  let waiting: string[] = []
  events.onmessage = ({ data }) => {
    session ||= JSON.parse(data).session
    onText(data)
  }
  events.onerror = end
  return {
    say(text) {
      // What is said in one turn goes in one request.
      if (waiting.push(text) === 1) queueMicrotask(post)
    },
    close,
  }

  async function post() {
    const say = waiting
    waiting = []
    const response = await fetch('/live/say', {
      method: 'POST',
      body: JSON.stringify({ session, say }),
      keepalive: true,
    }).catch(() => undefined)
    if (response?.status !== 202 && events.onerror) end()
  }

  function end() {
    close()
    onEnd()
  }

  function close() {
    events.onmessage = events.onerror = null
    events.close()
  }
}
