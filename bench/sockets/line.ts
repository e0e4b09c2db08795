import { Buffer } from 'node:buffer'
import { type ClientRequest, request } from 'node:http'
import { inflateSync } from 'node:zlib'
import type { LineKind, OpenLine } from '@atoll/live/client'
import { WebSocket } from 'ws'

type Events = Parameters<OpenLine>[1]
type Line = ReturnType<OpenLine>

/** What a browser's `openLine` does, from an address of its own, as a proxy would name it. */
export function lineFrom(url: string, address: string): OpenLine {
  const headers = { 'x-forwarded-for': address }
  return (kind: LineKind, events) =>
    kind === 'socket' ? openSocket(url, headers, events) : openEvents(url, headers, events)
}

/** All readers of a page are sent the same bytes; unpacking them is the work of ten thousand other machines. */
let unpacked = { data: Buffer.alloc(0), text: '' }

function openSocket(url: string, headers: Record<string, string>, { onText, onEnd }: Events): Line {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, 'deflate', { headers, perMessageDeflate: false })
  socket.on('error', () => {})
  socket.on('close', onEnd)
  socket.on('message', (data: Buffer, isBinary) => onText(isBinary ? unpack(data) : String(data)))
  return {
    say(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close() {
      socket.off('close', onEnd)
      socket.removeAllListeners('message')
      socket.close()
    },
  }
}

function unpack(data: Buffer): string {
  if (!unpacked.data.equals(data)) unpacked = { data, text: String(inflateSync(data)) }
  return unpacked.text
}

function openEvents(url: string, headers: Record<string, string>, { onText, onEnd }: Events): Line {
  let session = ''
  let isClosed = false
  const listening = request(`${url}/live/events`, { headers, agent: false }, (response) => {
    if (response.statusCode !== 200) return end()
    let text = ''
    response.on('data', (chunk: Buffer) => {
      const messages = (text + chunk).split('\n\n')
      text = messages.pop()!
      for (const message of messages) hear(message.slice('data: '.length))
    })
    response.on('close', end)
  })
  listening.on('error', end).end()
  return {
    say(text) {
      const saying = request(`${url}/live/say`, { method: 'POST', headers, agent: false }, (response) => {
        if (response.resume().statusCode !== 202) end()
      })
      saying.on('error', end).end(JSON.stringify({ session, say: [text] }))
    },
    close: () => close(listening),
  }

  function hear(text: string) {
    session ||= JSON.parse(text).session
    if (!isClosed) onText(text)
  }

  function end() {
    if (isClosed) return
    close(listening)
    onEnd()
  }

  function close(asked: ClientRequest) {
    isClosed = true
    asked.destroy()
  }
}
