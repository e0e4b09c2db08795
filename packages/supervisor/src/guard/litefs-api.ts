import { createWriteStream } from 'node:fs'
import { get, type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { GuardError } from './errors.ts'
import type { Position } from './position.ts'

export type LitefsEvent = { kind: 'role'; isPrimary: boolean } | { kind: 'transaction'; position: Position }

export interface LitefsApi {
  /** Throws unless LiteFS answers within the deadline. */
  info(deadlineMs: number): Promise<{ isPrimary: boolean }>
  /** Without the mount: a LiteFS that hangs would hang whoever reads a file of it. */
  position(deadlineMs: number): Promise<Position | undefined>
  /** From one connection, until it ends. There is no replay: read the position after the first event. */
  events(signal: AbortSignal): AsyncGenerator<LitefsEvent>
  /** Asks the primary to hand over to this LiteFS; answers before it has. */
  promote(deadlineMs: number): Promise<void>
  /** Writes the whole database, as of one transaction, to a file. */
  exportTo(file: string, signal: AbortSignal): Promise<void>
}

/** LiteFS's HTTP server on loopback, as of 0.5.14 (`http/server.go`, `store.go`), for one of its databases. */
export function litefsApi(url: string, database: string): LitefsApi {
  return {
    async info(deadlineMs) {
      const info = JSON.parse(await ask('GET', '/info', deadlineMs)) as { isPrimary?: boolean }
      return { isPrimary: info.isPrimary === true }
    },
    async position(deadlineMs) {
      const { store } = JSON.parse(await ask('GET', '/debug/vars', deadlineMs)) as Vars
      const found = store?.dbs?.[database]
      return found && decodePosition(found.txid, found.checksum)
    },
    async *events(signal) {
      const response = await open('GET', '/events', signal)
      for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
        const event = line && decodeEvent(line, database)
        if (event) yield event
      }
    },
    async promote(deadlineMs) {
      await ask('POST', '/promote', deadlineMs)
    },
    async exportTo(file, signal) {
      const response = await open('GET', `/export?name=${encodeURIComponent(database)}`, signal)
      await pipeline(response, createWriteStream(file, { flush: true }), { signal })
    },
  }

  async function ask(method: string, path: string, deadlineMs: number): Promise<string> {
    const signal = AbortSignal.timeout(deadlineMs)
    const response = await open(method, path, signal)
    return text(response).catch((cause) => {
      throw new GuardError('litefs_unreachable', `${method} ${path}: LiteFS broke off`, { cause })
    })
  }

  async function open(method: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const response = await send(method, new URL(path, url), signal)
    if (response.statusCode === 200) return response
    const reason = (await text(response)).trim()
    throw new GuardError('litefs_refused', `${method} ${path}: LiteFS answers ${response.statusCode}: ${reason}`)
  }
}

function send(method: string, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = (method === 'GET' ? get : request)(url, { method, agent: false, signal }, (response) => {
      // Without a listener the abort that ends a stream would be an uncaught error.
      response.on('error', () => {})
      resolve(response)
    })
    call.on('error', (cause) =>
      reject(new GuardError('litefs_unreachable', `${method} ${url.pathname}: LiteFS does not answer`, { cause })),
    )
    call.end()
  })
}

interface Vars {
  store?: { dbs?: Record<string, { txid: string; checksum: string }> }
}

interface EventLine {
  type?: string
  db?: string
  data?: { isPrimary?: boolean; txID?: string; postApplyChecksum?: string }
}

function decodeEvent(line: string, database: string): LitefsEvent | undefined {
  const { type, db, data } = JSON.parse(line) as EventLine
  if (type === 'init' || type === 'primaryChange') return { kind: 'role', isPrimary: data?.isPrimary === true }
  if (type !== 'tx' || db !== database || !data?.txID || !data.postApplyChecksum) return undefined
  const position = decodePosition(data.txID, data.postApplyChecksum)
  return position && { kind: 'transaction', position }
}

function decodePosition(txid: string, checksum: string): Position | undefined {
  const value = BigInt(`0x${txid}`)
  return value === 0n ? undefined : { txid: value, checksum }
}
