import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Replication, ReplicationEvent } from '../replication.ts'
import { openLitefs } from './open.ts'

/** Lines as LiteFS 0.5.14 wrote them, over plain HTTP; what the program itself does is in `cluster-tests`. */
const primary = '{"type":"init","data":{"isPrimary":true}}'
const replicaOf = (hostname: string) => `{"type":"primaryChange","data":{"isPrimary":false,"hostname":"${hostname}"}}`
const leaderless = '{"type":"primaryChange","data":{"isPrimary":false}}'
const tx = (id: number, checksum = 'c1eead4e5139409d', db = 'app.db') =>
  JSON.stringify({
    type: 'tx',
    db,
    data: { txID: id.toString(16).padStart(16, '0'), postApplyChecksum: checksum, pageSize: 4096, commit: 2 },
  })

let mount: string
let server: Server
let streams: ServerResponse[]
let info: string | undefined
let replication: Replication
let events: AsyncGenerator<ReplicationEvent>
const stop = new AbortController()

beforeEach(async () => {
  mount = mkdtempSync(join(tmpdir(), 'mount-'))
  streams = []
  info = undefined
  server = createServer((request, response) => {
    if (request.url === '/events') streams.push(response)
    else if (request.url === '/info' && info) response.end(info)
    else response.writeHead(500).end('no primary is currently available for handoff, cannot promote\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  replication = openLitefs({ mount, database: 'app.db', url: `http://127.0.0.1:${port}`, hostname: 'self' })
  events = replication.events(stop.signal) as AsyncGenerator<ReplicationEvent>
  expect(await next()).toEqual({ kind: 'role', role: { kind: 'unknown' } })
})

afterEach(async () => {
  await replication.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(mount, { recursive: true })
})

async function next() {
  return (await events.next()).value
}

async function connection(n: number): Promise<ServerResponse> {
  return expect
    .poll(() => streams[n], { interval: 5, timeout: 5000 })
    .toBeDefined()
    .then(() => streams[n]!)
}

function say(response: ServerResponse, ...lines: string[]) {
  response.write(lines.map((line) => `${line}\n`).join(''))
}

describe('openLitefs', () => {
  it('does not take a missing .primary file for being the primary', async () => {
    ;(await connection(0)).destroy()
    await connection(1)
    expect(replication.role).toEqual({ kind: 'unknown' })
  })

  it('believes the .primary file where the stream and /info are gone', async () => {
    writeFileSync(join(mount, '.primary'), 'other\n')
    ;(await connection(0)).destroy()
    expect(await next()).toEqual({ kind: 'role', role: { kind: 'replica', primary: 'other' } })
  })

  it('asks /info where there is no stream', async () => {
    info = '{"isPrimary":true,"primary":{"hostname":"self"}}'
    ;(await connection(0)).destroy()
    expect(await next()).toEqual({ kind: 'role', role: { kind: 'primary' } })
  })

  it('ignores the dead name that an election shows for a moment', async () => {
    const stream = await connection(0)
    say(stream, primary, leaderless, replicaOf('dead'), leaderless, replicaOf('dead'), leaderless, replicaOf('new'))
    expect(await next()).toEqual({ kind: 'role', role: { kind: 'primary' } })
    expect(await next()).toEqual({ kind: 'role', role: { kind: 'unknown' } })
    expect(await next()).toEqual({ kind: 'role', role: { kind: 'replica', primary: 'new' } })
  })

  it('follows nobody while the old primary of a handover names itself', async () => {
    const stream = await connection(0)
    say(stream, primary, replicaOf('self'), tx(7))
    expect(await next()).toEqual({ kind: 'role', role: { kind: 'primary' } })
    expect(await next()).toEqual({ kind: 'role', role: { kind: 'unknown' } })
    expect(await next()).toMatchObject({ kind: 'transaction' })
    expect(replication.role).toEqual({ kind: 'unknown' })
  })

  it('tells of transactions of its own database, and resets at one that does not follow', async () => {
    const stream = await connection(0)
    say(stream, leaderless, tx(6), tx(9, 'c1eead4e5139409d', 'other.db'), tx(7), tx(3))
    expect(await next()).toEqual({ kind: 'transaction', position: { txid: 6n, checksum: 'c1eead4e5139409d' } })
    expect(await next()).toMatchObject({ kind: 'transaction', position: { txid: 7n } })
    expect(await next()).toEqual({ kind: 'reset' })
    expect(await next()).toMatchObject({ kind: 'transaction', position: { txid: 3n } })
  })

  it('reads the position after it subscribed again, and resets if it missed something', async () => {
    say(await connection(0), leaderless, tx(6))
    expect(await next()).toMatchObject({ kind: 'transaction' })
    writeFileSync(join(mount, 'app.db-pos'), '000000000000000a/c1eead4e5139409d\n')
    streams[0]!.destroy()
    say(await connection(1), leaderless)
    expect(await next()).toEqual({ kind: 'reset' })
    expect(await next()).toMatchObject({ kind: 'transaction', position: { txid: 10n } })
  })

  it('resets when the database is deleted', async () => {
    const deleted = tx(7).replace('"commit":2', '"commit":0')
    say(await connection(0), leaderless, deleted)
    expect(await next()).toEqual({ kind: 'reset' })
  })

  it('says why LiteFS does not promote', async () => {
    await expect(replication.promote()).rejects.toMatchObject({ code: 'no_primary' })
  })

  it('gives a listener that fell behind one reset in place of what it missed', async () => {
    const slow = replication.events(stop.signal) as AsyncGenerator<ReplicationEvent>
    await slow.next()
    const stream = await connection(0)
    for (let id = 1; id <= 1200; id++) say(stream, tx(id))
    for (let id = 1; id <= 1200; ) if ((await next()).kind === 'transaction') id++
    expect((await slow.next()).value).toEqual({ kind: 'role', role: { kind: 'unknown' } })
    expect((await slow.next()).value).toEqual({ kind: 'reset' })
  })
})
