/** A cluster of ledgers for each test of a file, and what such tests do with it. */
import { afterEach, expect, vi } from 'vitest'
import type { WriteBody } from '../../index.ts'
import { schema } from './ledger-schema.ts'
import { type MemoryCluster, type MemoryClusterOptions, startMemoryCluster } from './memory-cluster.ts'

export let cluster: MemoryCluster

afterEach(() => cluster.close())

export async function start(options: Partial<MemoryClusterOptions> = {}) {
  cluster = await startMemoryCluster({ schema, withinMs: 10_000, ...options })
}

export async function elect(name: string) {
  await cluster.elect(name)
  await leads(name)
}

export async function leads(name: string) {
  await vi.waitFor(() => expect(cluster.node(name).node.state.leadership).toBe('leading'), { timeout: 10_000 })
}

export function entry(text: string): WriteBody {
  return { kind: 'operation', name: 'entries.add', version: 1, input: { text } }
}

export function add(name: string, text: string, context: object = {}) {
  return cluster.node(name).node.write(entry(text), context)
}

export async function textsOn(name: string): Promise<string[]> {
  const answer = await cluster
    .node(name)
    .host.read({ statements: [{ sql: 'select text from entries', parameters: [] }] })
  if (answer.kind !== 'rows') throw new Error(`it answered ${answer.kind}`)
  return (answer.results[0]!.rows as { text: string }[]).map(({ text }) => text)
}
