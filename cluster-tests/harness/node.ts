import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fetchThrough } from './fetch-through.ts'
import type { Host, Network } from './network.ts'
import { freezeAll, killAll, type NodeProcess, startProcess, thawAll } from './processes.ts'
import { killUsersOf, unmount } from './unmount.ts'

/** A program of a node: LiteFS, a guard, an application. A node is an ordered list of them. */
export interface Part {
  readonly name: string
  /** Starts it on the node, and resolves once it does its work. */
  start(node: ClusterNode): Promise<NodeProcess>
  /** Starts on the first node before any other, so that the first is primary; else on all at once. */
  readonly firstAlone?: boolean
}

export type NodeState = 'here' | 'frozen' | 'vanished' | 'killed'

export interface RunOptions {
  /** Names the log file; the part's or program's name otherwise. */
  name?: string
  env?: NodeJS.ProcessEnv
  cwd?: string
}

export interface ClusterNode extends Host {
  readonly region: string
  /** From 1. */
  readonly number: number
  /** Whether it may become primary. */
  readonly candidate: boolean
  /** A folder of its own, in memory unless the run is on a disk, which outlives its processes and ends with the cluster. */
  readonly folder: string
  /** Where LiteFS mounts its files, and where it keeps them. */
  readonly mount: string
  readonly data: string
  /** Consul's address as the node sees it. */
  readonly consulUrl: string
  /** Every node of the cluster, this one too. */
  readonly peers: readonly ClusterNode[]
  /** What the test last did to it. */
  readonly state: NodeState

  /** Starts a program in the node's network; its output goes to the node's logs. */
  run(program: string, args: string[], options?: RunOptions): NodeProcess
  /** The same for a script, run by the Node that runs the tests. */
  runScript(script: string, args: string[], options?: RunOptions): NodeProcess
  /** Asks an address as the node sees it, its loopback included: `node.fetch('http://127.0.0.1:20202/info')`. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  /** A unix socket that leads to a TCP address as the node sees it. */
  socketTo(address: string): Promise<string>

  /** The running process of a part. */
  part(name: string): NodeProcess
  /** Starts the parts that do not run, in their order, or one of them. */
  start(part?: string): Promise<void>
  /** Ends the parts in reverse order, as a deploy would. */
  stop(part?: string): Promise<void>
  /** Kills a part, or the node with everything that runs on it. */
  kill(part?: string): Promise<void>
  /** Kills what still runs of a part, or of the whole node, and starts it again. */
  restart(part?: string): Promise<void>
  /** Every process of the node stands still; its kernel goes on accepting connections. */
  freeze(): Promise<void>
  thaw(): void
  /** The node hears nobody and nobody hears it: silence, no errors. */
  vanish(): Promise<void>
  reappear(): Promise<void>
  /** Whether it can be asked anything: neither frozen, nor vanished, nor killed. */
  isReachable(): boolean
}

export interface NodeOptions {
  host: Host
  network: Network
  number: number
  region: string
  candidate: boolean
  folder: string
  logs: string
  consulUrl: string
  parts: Part[]
  peers: ClusterNode[]
}

export function createNode(options: NodeOptions): ClusterNode {
  const { host, network, number, region, candidate, folder, logs, consulUrl, parts, peers } = options
  const running = new Map<string, NodeProcess>()
  const doors = new Map<string, Promise<string>>()
  let state: NodeState = 'here'
  for (const name of ['mount', 'data', 'doors']) mkdirSync(join(folder, name), { recursive: true })

  async function openDoor(address: string): Promise<string> {
    const socket = join(folder, 'doors', String(doors.size))
    await network.switch.door(`${host.name} ${address}`, { socket }, { namespace: host.namespace, address })
    return socket
  }

  async function startMissing(only?: string) {
    for (const part of parts) {
      if ((only && part.name !== only) || running.get(part.name)?.isRunning()) continue
      running.set(part.name, await part.start(node))
    }
  }

  const node: ClusterNode = {
    ...host,
    number,
    region,
    candidate,
    folder,
    mount: join(folder, 'mount'),
    data: join(folder, 'data'),
    consulUrl,
    peers,
    get state() {
      return state
    },
    run(program, args, { name = program.split('/').at(-1)!, env, cwd = folder } = {}) {
      return startProcess(program, args, {
        name,
        namespace: host.namespace,
        logFile: join(logs, `${host.name}-${name}.log`),
        cwd,
        env: { ...plainEnvironment(), ...env },
      })
    },
    runScript: (script, args, runOptions = {}) =>
      node.run(process.execPath, [script, ...args], { name: script.split('/').at(-1)!.split('.')[0]!, ...runOptions }),
    fetch: async (url, init) => {
      const { host: target, port } = new URL(url)
      return fetchThrough(await node.socketTo(port ? target : `${target}:80`), url, init)
    },
    socketTo(address) {
      const door = doors.get(address) ?? openDoor(address)
      doors.set(address, door)
      return door
    },
    part(name) {
      const found = running.get(name)
      if (!found) throw new Error(`${host.name} has no part ${name}: it has ${[...running.keys()].join(', ')}`)
      return found
    },
    async start(only) {
      state = 'here'
      await startMissing(only)
    },
    async stop(only) {
      for (const part of parts.toReversed()) {
        if (!only || part.name === only) await running.get(part.name)?.stop()
      }
    },
    async kill(only) {
      if (only) return killUsersOf(node.mount, () => node.part(only).kill())
      state = 'killed'
      await killUsersOf(node.mount, async () => {
        await killAll(host.namespaceInode)
        // A part counts as running until its end was heard of, and would not be started again.
        await Promise.all([...running.values()].map(({ ended }) => ended))
      })
      await unmount(node.mount)
    },
    async restart(only) {
      await node.kill(only)
      state = 'here'
      await startMissing(only)
    },
    async freeze() {
      state = 'frozen'
      await freezeAll(host.namespaceInode)
    },
    thaw() {
      state = 'here'
      thawAll(host.namespaceInode)
    },
    async vanish() {
      state = 'vanished'
      await setSilence(network, host.name, true)
    },
    async reappear() {
      state = 'here'
      await setSilence(network, host.name, false)
    },
    isReachable: () => state === 'here',
  }
  return node
}

async function setSilence(network: Network, name: string, silent: boolean) {
  for (const other of network.names()) {
    if (other === name) continue
    await network.link(name, other, { silent })
    await network.link(other, name, { silent })
  }
}

/** Nothing of the tests' own settings reaches a node by accident. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TZ } = process.env
  return Object.fromEntries(Object.entries({ PATH, HOME, LANG, TZ }).filter(([, value]) => value !== undefined))
}
