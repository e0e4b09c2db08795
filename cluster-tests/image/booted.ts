import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findImage, type Image } from '../../deploy/image.ts'
import { type ClusterNode, eventually, type NodeProcess, type Part } from '../harness/index.ts'

export interface Booted {
  /** The root that every node runs in. */
  root: string
  /** `atoll start` on a node. */
  part: Part
  /** A command as a person on the node would give it. */
  run(node: ClusterNode, ...args: string[]): Promise<{ code: number; out: string }>
}

/**
 * What is deployed: the root of the image, read-only, with a volume, a content folder and /tmp of the node's own, and
 * nothing of this machine but its devices. `npm run image` makes it.
 */
export function boot(environment: (node: ClusterNode) => NodeJS.ProcessEnv): Booted {
  const image = findImage()
  if (!image) throw new Error('there is no image of what is here now: run `npm run image`')
  const environmentOf = (node: ClusterNode) => ({ ...image.env, ...environment(node) })
  return {
    root: image.root,
    part: {
      name: 'atoll',
      start: async (node) => container(node, image, { env: environmentOf(node) }),
    },
    async run(node, ...args) {
      const inside = ['--target', String(node.part('atoll').pid), '--mount', '--', 'chroot', rootOf(node)]
      const ran = node.run('nsenter', [...inside, 'atoll', ...args], {
        name: `atoll-${args[0]}`,
        env: environmentOf(node),
      })
      return { code: Number(await ran.ended), out: ran.log() }
    },
  }
}

function container(node: ClusterNode, { root, command }: Image, { env }: { env: NodeJS.ProcessEnv }): NodeProcess {
  const resolver = join(node.folder, 'resolv.conf')
  writeFileSync(resolver, readFileSync('/etc/resolv.conf'))
  const volumes = ['data', 'content'].map((name) => {
    mkdirSync(join(node.folder, 'volumes', name), { recursive: true })
    return `mount --bind ${join(node.folder, 'volumes', name)} "$here/${name}"`
  })
  const script = [
    `here=${rootOf(node)}; mkdir -p "$here"`,
    `mount --bind ${root} "$here"; mount -o remount,bind,ro "$here"`,
    ...volumes,
    'mount -t tmpfs tmpfs "$here/tmp"; mount -t tmpfs tmpfs "$here/run"',
    'mount --rbind /dev "$here/dev"; mount -t proc proc "$here/proc"',
    `mount --bind ${resolver} "$here/etc/resolv.conf"`,
    'exec chroot "$here" "$@"',
  ]
  const inside = ['--mount', '--propagation', 'private', 'bash', '-euc', script.join('\n'), 'container']
  // Outside a container tini is not the first process, and has to ask for the orphans.
  return node.run('unshare', [...inside, ...command], { name: 'atoll', env: { ...env, TINI_SUBREAPER: '1' } })
}

function rootOf(node: ClusterNode): string {
  return join(node.folder, 'root')
}

/** Where the volume of a node is, as the tests see it. */
export function volumeOf(node: ClusterNode, name: 'data' | 'content'): string {
  return join(node.folder, 'volumes', name)
}

/** Processes of a node's supervisor, by what they were started with. */
export function childOf(node: ClusterNode, pattern: RegExp): number {
  const [supervisor] = childrenOf(node.part('atoll').pid)
  const found = childrenOf(supervisor!).find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))
  if (found === undefined) throw new Error(`no child of the supervisor of ${node.name} is ${pattern}`)
  return found
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
}

export function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

export async function statusOf(node: ClusterNode, path: string): Promise<number> {
  const response = await node.fetch(`http://127.0.0.1:4000${path}`, { signal: AbortSignal.timeout(2000) })
  await response.arrayBuffer()
  return response.status
}

export function everywhere(nodes: readonly ClusterNode[], path: string): Promise<unknown> {
  return eventually(
    `${path} is on every node`,
    async () => {
      const statuses = await Promise.all(nodes.map((node) => statusOf(node, path)))
      if (statuses.some((status) => status !== 200)) throw new Error(`answers: ${statuses}`)
      return true
    },
    { timeoutMs: 40_000, everyMs: 100 },
  )
}
