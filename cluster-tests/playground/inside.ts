/** The part of `npm run cluster` that runs inside the namespaces: the cluster, the table and the keys. */
import { join } from 'node:path'
import { emitKeypressEvents } from 'node:readline'
import { type Cluster, type ClusterNode, litefs, litefsInfo, litefsPositions, openCluster } from '../harness/index.ts'
import { regions, roundTrips } from './regions.ts'
import { site, sitePort } from './site.ts'
import { type Row, renderTable } from './table.ts'

const sockets = process.env.ATOLL_PLAYGROUND_SOCKETS!
const firstPort = Number(process.env.ATOLL_PLAYGROUND_PORT)
const ended = endOfInput()

console.log('starting Consul, LiteFS and the site on three nodes …')
const cluster = await openCluster({
  title: 'playground',
  nodes: regions.length,
  regions,
  parts: [litefs(), site(urlOf)],
})
for (const [one, other, milliseconds] of roundTrips) {
  await cluster.delay(milliseconds / 2, cluster.nodes[one]!, cluster.nodes[other]!)
}
for (const { name, namespace, urlHost } of cluster.nodes) {
  const listen = { socket: join(sockets, name) }
  await cluster.network.switch.door(`site ${name}`, listen, { namespace, address: `${urlHost}:${sitePort}` })
}

const trips = roundTrips.map(([one, other, milliseconds]) => `${regions[one]}–${regions[other]} ${milliseconds} ms`)
console.log(`round trips ${trips.join(', ')}; logs in ${cluster.logs}`)
let selected = 0
let message = ''
const actions = actionsOn(cluster)
listenForKeys()
const stopDrawing = draw()
await ended.promise
stopDrawing()
await cluster.close()
process.exit(0)

function urlOf({ number }: ClusterNode): string {
  return `http://localhost:${firstPort + number - 1}`
}

function actionsOn({ nodes }: Cluster): Record<string, [what: string, (node: ClusterNode) => unknown]> {
  return {
    k: ['kill', (node) => node.kill()],
    f: ['freeze', (node) => node.freeze()],
    t: ['thaw', (node) => node.thaw()],
    r: ['restart', (node) => node.restart()],
    v: ['cut off', (node) => node.vanish()],
    b: ['bring back', (node) => nodes.includes(node) && node.reappear()],
  }
}

function listenForKeys() {
  if (!process.stdin.isTTY) return
  emitKeypressEvents(process.stdin)
  process.stdin.setRawMode(true)
  process.stdin.on('keypress', (text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
    if (key.name === 'q' || (key.ctrl && key.name === 'c')) return ended.resolve()
    const number = Number(text)
    if (number >= 1 && number <= regions.length) selected = number - 1
    const action = actions[text ?? '']
    if (action) void act(action, cluster.nodes[selected]!)
  })
}

async function act([what, run]: [string, (node: ClusterNode) => unknown], node: ClusterNode) {
  message = `${what} ${node.name} …`
  try {
    await run(node)
    message = `${what} ${node.name}: done`
  } catch (error) {
    message = `${what} ${node.name}: ${(error as Error).message}`
  }
}

/** A terminal shows the table as it is now; anything else gets it again when something but a position changed. */
function draw(): () => void {
  const keys = Object.entries(actions).map(([key, [what]]) => `${key} ${what}`)
  const hint = `1–${regions.length} choose · ${keys.join(' · ')} · q quit`
  let drawn = 0
  let known = ''
  let isAsking = false

  async function redraw() {
    if (isAsking) return
    isAsking = true
    const rows = await Promise.all(cluster.nodes.map(describe))
    isAsking = false
    const shape = JSON.stringify(rows.map(({ state, role }) => [state, role]))
    if (process.stdout.isTTY) {
      const text = `${renderTable(rows, selected)}\n\n${hint}\n${message}`
      if (drawn) process.stdout.write(`\x1b[${drawn}A`)
      process.stdout.write(`${text.replaceAll('\n', '\x1b[K\n')}\x1b[K\n`)
      drawn = text.split('\n').length
    } else if (shape !== known) {
      console.log(renderTable(rows, -1))
    }
    known = shape
  }

  const timer = setInterval(redraw, 500)
  return () => clearInterval(timer)
}

async function describe(node: ClusterNode): Promise<Row> {
  const row = {
    name: node.name,
    region: node.region,
    url: urlOf(node),
    role: 'unknown',
    txid: undefined,
    lagMs: undefined,
  } as const
  if (node.state !== 'here') return { ...row, state: node.state === 'vanished' ? 'unreachable' : node.state }
  try {
    const [info, positions, lagMs] = await Promise.all([litefsInfo(node), litefsPositions(node), lagOf(node)])
    const txid = Object.values(positions)[0]?.split('/')[0]
    const role = info.isPrimary ? 'primary' : info.primary.hostname ? 'replica' : 'unknown'
    return { ...row, state: 'running', role, txid: txid === undefined ? undefined : BigInt(`0x${txid}`), lagMs }
  } catch {
    return { ...row, state: 'unreachable' }
  }
}

async function lagOf(node: ClusterNode): Promise<number | undefined> {
  const metrics = await (await node.fetch('http://127.0.0.1:20202/metrics')).text()
  const seconds = /^litefs_lag_seconds (\S+)/m.exec(metrics)?.[1]
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000)
}

function endOfInput() {
  const ending = Promise.withResolvers<void>()
  process.stdin.on('end', () => ending.resolve()).resume()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => ending.resolve())
  return ending
}
