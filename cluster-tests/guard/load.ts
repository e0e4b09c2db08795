import { type ClusterNode, eventually } from '../harness/index.ts'

/** What a client saw; `at` is of a monotonic clock in milliseconds. */
export interface LoadEvent {
  at: number
  kind: 'acknowledged' | 'failed' | 'missed-own-write'
  key: string
  node: string
}

export interface LoadOptions {
  /** Default 3. */
  clients?: number
  /** Reads each acknowledged write back, where it was acknowledged. */
  readsBack?: boolean
  record?(event: LoadEvent): void
}

export interface Load {
  /** When each key was acknowledged, of a monotonic clock in milliseconds. */
  readonly acknowledged: ReadonlyMap<string, number>
  /** Resolves at the next acknowledgement of a write that begins from now on. */
  nextWrite(options?: { timeoutMs: number }): Promise<void>
  /** The longest time without an acknowledgement since `from`. */
  longestGapMs(from: number): number
  stop(): Promise<void>
}

/** Clients that write through all nodes the whole time, each key until it is acknowledged, on whichever node it is. */
export function writeThrough(
  nodes: ClusterNode[],
  { clients = 3, readsBack = false, record = () => {} }: LoadOptions = {},
): Load {
  const acknowledged = new Map<string, number>()
  const stopping = new AbortController()
  /** Whom to ask first: whoever took the last write. */
  let first = 0
  const run = `${nodes[0]!.folder.split('/').at(-2)}-${performance.now().toFixed(0)}`
  const running = Array.from({ length: clients }, (_, client) => write(client))

  return {
    acknowledged,
    async nextWrite({ timeoutMs } = { timeoutMs: 25_000 }) {
      const known = new Set(acknowledged.keys())
      await eventually('a write is acknowledged', () => acknowledged.size >= known.size + clients + 1, {
        timeoutMs,
        everyMs: 5,
      })
    },
    longestGapMs(from) {
      const times = [from, ...[...acknowledged.values()].filter((at) => at >= from), performance.now()].sort(
        (a, b) => a - b,
      )
      return Math.max(...times.slice(1).map((at, index) => at - times[index]!))
    },
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }

  async function write(client: number) {
    for (let number = 0; !stopping.signal.aborted; number++) await writeSomewhere(`${run}-${client}-${number}`)
  }

  /** One node after another, without waiting long for one that does not answer: it may be frozen, or waiting itself. */
  async function writeSomewhere(key: string) {
    const busy = new Set<ClusterNode>()
    let isDone = false
    for (let at = 0; !isDone && !stopping.signal.aborted; at++) {
      const turn = Promise.withResolvers<void>()
      const node = nodes[(first + at) % nodes.length]!
      if (!busy.has(node)) {
        busy.add(node)
        void tryToWrite(node, key).then((isWritten) => {
          busy.delete(node)
          if (isWritten) first = nodes.indexOf(node)
          isDone ||= isWritten
          turn.resolve()
        })
      }
      const timer = setTimeout(turn.resolve, 100)
      await turn.promise
      clearTimeout(timer)
    }
  }

  async function tryToWrite(node: ClusterNode, key: string): Promise<boolean> {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(3000)])
    try {
      const response = await node.fetch(`http://127.0.0.1:3000/${key}`, { method: 'POST', signal })
      await response.text()
      if (!response.ok) await new Promise((resolve) => setTimeout(resolve, 5))
      if (response.ok && !acknowledged.has(key)) acknowledged.set(key, performance.now())
      record({ at: performance.now(), kind: response.ok ? 'acknowledged' : 'failed', key, node: node.name })
      if (response.ok && readsBack) await readBack(node, key)
      return response.ok
    } catch {
      record({ at: performance.now(), kind: 'failed', key, node: node.name })
      return acknowledged.has(key)
    }
  }

  async function readBack(node: ClusterNode, key: string) {
    const response = await node.fetch(`http://127.0.0.1:3000/has/${key}`, { signal: AbortSignal.timeout(1500) })
    if (response.ok && (await response.json()) === false) {
      record({ at: performance.now(), kind: 'missed-own-write', key, node: node.name })
    }
  }
}

/** What a node has, in the order it was written. */
export async function keysOf(node: ClusterNode): Promise<string[]> {
  const response = await node.fetch('http://127.0.0.1:3000/keys')
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as string[]
}
