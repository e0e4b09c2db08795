import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

export interface NodeFacts {
  role: 'primary' | 'replica' | 'unknown'
  /** What the database is open on; `none` on one machine alone. */
  mount: 'mounted' | 'missing' | 'none'
  position: { txid: bigint; checksum: string } | undefined
  /** Rows of what readers see. */
  counts: Record<string, number>
}

/** One node, as the verification asks it; this one and others alike. */
export interface VerifiedNode {
  name: string
  facts(): Promise<NodeFacts>
  /** Writes through the layer: forwarded, if this node is not the primary. */
  write(run: string, values: string[]): Promise<void>
  /** How many rows of a run this node has. */
  seen(run: string): Promise<number>
  /** Tries to write into the file beside the layer; says what came of it. */
  writeDirectly(): Promise<'refused' | 'written' | 'not tried'>
  remove(run: string): Promise<void>
}

export interface Verdict {
  what: string
  isGood: boolean
  detail: string
}

/** How long a write may take to be seen on a node, and the nodes to be equal. */
const patience = { patienceMs: 15_000 }
const lookEveryMs = 10
const bulkRecords = 40

interface Run {
  run: string
  patienceMs: number
}

/** What the author of the original checked by hand in production, on a cluster that is in use. It removes its rows. */
export async function* verify(nodes: readonly VerifiedNode[], { patienceMs } = patience): AsyncGenerator<Verdict> {
  const run = randomUUID()
  try {
    yield* verifyRoles(nodes)
    for (const node of nodes) yield await verifyWrite(node, nodes, { run: `${run} ${node.name}`, patienceMs })
    yield await verifyBulk(nodes, { run: `${run} bulk`, patienceMs })
    for (const node of nodes) yield await verifyDirectWrite(node)
  } finally {
    const writer = nodes[0]!
    for (const name of [...nodes.map(({ name }) => name), 'bulk']) await writer.remove(`${run} ${name}`)
  }
  yield* verifyEquality(nodes, patienceMs)
}

async function* verifyRoles(nodes: readonly VerifiedNode[]): AsyncGenerator<Verdict> {
  const facts = await Promise.all(nodes.map(async (node) => ({ name: node.name, ...(await node.facts()) })))
  for (const { name, mount } of facts) {
    if (mount !== 'none')
      yield { what: `${name} has the database on LiteFS`, isGood: mount === 'mounted', detail: mount }
  }
  const primaries = facts.filter(({ role }) => role === 'primary').map(({ name }) => name)
  const roles = facts.map(({ name, role }) => `${name} ${role}`).join(', ')
  const isGood = primaries.length === 1 && facts.every(({ role }) => role !== 'unknown')
  yield { what: 'one node is primary, the others are replicas', isGood, detail: roles }
}

async function verifyWrite(
  writer: VerifiedNode,
  nodes: readonly VerifiedNode[],
  { run, patienceMs }: Run,
): Promise<Verdict> {
  const what = `a write through ${writer.name} is seen everywhere`
  const startedAt = performance.now()
  try {
    await writer.write(run, ['one'])
    const written = Math.round(performance.now() - startedAt)
    const seen = await Promise.all(
      nodes.map(async (node) => {
        await untilSeen(node, 1, { run, patienceMs })
        return `${node.name} ${Math.round(performance.now() - startedAt)} ms`
      }),
    )
    return { what, isGood: true, detail: `acknowledged after ${written} ms; seen: ${seen.join(', ')}` }
  } catch (error) {
    return { what, isGood: false, detail: (error as Error).message }
  }
}

async function verifyBulk(nodes: readonly VerifiedNode[], { run, patienceMs }: Run): Promise<Verdict> {
  const what = `${bulkRecords} records from one node are on every node`
  const startedAt = performance.now()
  try {
    // The last one is the farthest from being special.
    await Promise.all(Array.from({ length: bulkRecords }, (_, row) => nodes.at(-1)!.write(run, [`row ${row}`])))
    await Promise.all(nodes.map((node) => untilSeen(node, bulkRecords, { run, patienceMs })))
    return { what, isGood: true, detail: `${Math.round(performance.now() - startedAt)} ms` }
  } catch (error) {
    return { what, isGood: false, detail: (error as Error).message }
  }
}

async function verifyDirectWrite(node: VerifiedNode): Promise<Verdict> {
  const { role } = await node.facts()
  const what = `${node.name} refuses a write beside the layer`
  if (role !== 'replica') return { what, isGood: true, detail: 'not tried: it is no replica' }
  const outcome = await node.writeDirectly()
  return { what, isGood: outcome === 'refused', detail: outcome }
}

async function* verifyEquality(nodes: readonly VerifiedNode[], patienceMs: number): AsyncGenerator<Verdict> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const facts = await Promise.all(nodes.map((node) => node.facts()))
    const positions = facts.map(({ position }) => (position ? `${position.txid} ${position.checksum}` : 'none'))
    const counts = facts.map((found) => JSON.stringify(found.counts))
    const isEqual = new Set(positions).size === 1 && new Set(counts).size === 1
    // A site in use may be read between two transactions.
    if (isEqual || performance.now() > deadline) {
      yield {
        what: 'every node has the same counts',
        isGood: new Set(counts).size === 1,
        detail: [...new Set(counts)].join(' '),
      }
      yield {
        what: 'every node is at the same position',
        isGood: new Set(positions).size === 1,
        detail: [...new Set(positions)].join(', '),
      }
      return
    }
    await delay(100)
  }
}

async function untilSeen(node: VerifiedNode, rows: number, { run, patienceMs }: Run): Promise<void> {
  const deadline = performance.now() + patienceMs
  while ((await node.seen(run)) < rows) {
    if (performance.now() > deadline) throw new Error(`${node.name} did not see it within ${patienceMs / 1000} s`)
    await delay(lookEveryMs)
  }
}
