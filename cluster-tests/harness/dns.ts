import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { type Answer, decode, encode, type Packet } from 'dns-packet'

export interface DnsServer {
  /** Where it answers. */
  readonly address: string
  /** What a name has; an unknown one does not exist. */
  set(name: string, addresses: string[]): void
  /** How often a name was asked for. */
  asked(name: string): number
  /** Questions get no answer while it is silent. */
  silence(silent: boolean): void
  close(): Promise<void>
}

/** A small DNS server with AAAA and A records of a second each, as Fly's internal one. */
export async function startDns(address: string): Promise<DnsServer> {
  const records = new Map<string, string[]>()
  const questions = new Map<string, number>()
  let isSilent = false
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  socket.on('message', (message, from) => {
    if (isSilent) return
    const query = decode(message)
    for (const { name } of query.questions ?? []) questions.set(name, (questions.get(name) ?? 0) + 1)
    socket.send(encode(answerTo(query, records)), from.port, from.address)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(53, address, resolve)
  })
  return {
    address,
    set: (name, addresses) => void records.set(name, addresses),
    asked: (name) => questions.get(name) ?? 0,
    silence: (silent) => {
      isSilent = silent
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function answerTo(query: Packet, records: Map<string, string[]>): Packet {
  const question = query.questions?.[0]
  const addresses = question && records.get(question.name)
  const answers: Answer[] = (addresses ?? [])
    .filter((address) => (isIPv6(address) ? 'AAAA' : 'A') === question!.type)
    .map((data) => ({ name: question!.name, type: isIPv6(data) ? 'AAAA' : 'A', ttl: 1, data }))
  const nameError = addresses ? 0 : 3
  return {
    type: 'response',
    ...(query.id !== undefined && { id: query.id }),
    flags: (1 << 10) | nameError, // authoritative; the low four bits are the response code
    ...(query.questions && { questions: query.questions }),
    answers,
  }
}
