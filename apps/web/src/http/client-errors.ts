import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { statusLine } from './send.ts'

/** What the parser refuses never becomes a request; it gets a plain answer and a closed connection. */
export function answerClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Whoever got an answer on this connection before would take these bytes for part of another one.
    if (!socket.writable || (socket as Socket).bytesWritten > 0) return void socket.destroy()
    const line = statusLine(statusOf(error.code))
    const head = [
      `HTTP/1.1 ${line}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${line.length + 1}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      "Content-Security-Policy: default-src 'none'",
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${line}\n`)
  })
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  return 400
}
