import type { ServerResponse } from 'node:http'
import { answerOf } from './errors.ts'

/** An answer that is written while the work goes on: a line of JSON for each thing there is to say. */
export interface Lines {
  write(line: object): void
  end(line: object): void
  /** The status was sent long ago: what went wrong is the last line. */
  fail(error: unknown): void
}

/** Proxies give up on an answer in which nothing moves. */
const heartbeatMs = 10_000
/** `leastMsBetween`: lines in between are left out, because a reader wants to see progress, not every file. */
export function openLines(response: ServerResponse, { leastMsBetween = 100 } = {}): Lines {
  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // Some proxies collect an answer unless they are told not to.
    'X-Accel-Buffering': 'no',
  })
  const heartbeat = setInterval(() => send({}), heartbeatMs)
  response.on('close', () => clearInterval(heartbeat))
  let writtenAt = Number.NEGATIVE_INFINITY

  return {
    write(line) {
      if (performance.now() - writtenAt < leastMsBetween) return
      writtenAt = performance.now()
      send(line)
    },
    end,
    fail: (error) => end({ error: answerOf(error).error }),
  }

  function send(line: object) {
    response.write(`${JSON.stringify(line)}\n`)
  }

  function end(line: object) {
    clearInterval(heartbeat)
    response.end(`${JSON.stringify(line)}\n`)
  }
}
