import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TestDnsServer {
  /** `address:port`, as a resolver takes it. */
  server: string
  /** The addresses of every name; undefined: it does not answer. */
  addresses: string[] | undefined
  queries: number
}

const types = { a: 1, aaaa: 28 }

/** Answers A and AAAA questions (RFC 1035, RFC 3596), whatever the name. */
export async function openDnsServer(addresses: string[]): Promise<TestDnsServer> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const state: TestDnsServer = { server: '', addresses, queries: 0 }
  socket.on('message', (query, from) => {
    state.queries++
    if (state.addresses) socket.send(answerTo(query, state.addresses), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  state.server = `127.0.0.1:${socket.address().port}`
  return state
}

function answerTo(query: Buffer, addresses: string[]): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5
  const type = query.readUInt16BE(questionEnd - 4)
  const fitting = addresses.filter((address) => type === (isIPv6(address) ? types.aaaa : types.a))
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(fitting.length, 6)
  header.writeUInt32BE(0, 8)
  return Buffer.concat([header, query.subarray(12, questionEnd), ...fitting.map((address) => record(type, address))])
}

function record(type: number, address: string): Buffer {
  const data = type === types.aaaa ? ipv6Bytes(address) : Buffer.from(address.split('.').map(Number))
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function ipv6Bytes(address: string): Buffer {
  const [left = '', right = ''] = address.split('::')
  const [before, after] = [left, right].map((part) => part.split(':').filter(Boolean)) as [string[], string[]]
  const groups = [...before, ...Array(8 - before.length - after.length).fill('0'), ...after]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}
