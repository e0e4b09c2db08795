import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Consul, ConsulStep } from './consul-client.ts'
import { openDisk } from './disk.ts'
import { openLease } from './lease.ts'
import { encodePosition, type Position } from './position.ts'
import { keysOf } from './records.ts'

const keys = keysOf('lease')
const at = (txid: number): Position => ({ txid: BigInt(txid), checksum: 'c'.repeat(16) })

/** What Consul does with it is tested on a real one, in cluster-tests/guard. */
describe('openLease', () => {
  it('keeps how far the last reign acknowledged in its heartbeats, until it has acknowledged more itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lease-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const beats: (string | undefined)[] = []
    let acked: Position | undefined
    const lease = openLease({
      consul: acceptingConsul((step) => beats.push(JSON.parse(step.value).acked)),
      keys,
      disk: await openDisk(folder),
      log: { info() {}, warn() {}, error() {} },
      self: { node: 'a', disk: 'disk of a', address: 'a:1' },
      mayLead: async () => ({
        kind: 'may',
        base: { lineage: 'one', version: 1, members: [], removed: [] },
        setIndex: 1,
        acked: at(7),
      }),
      isHeard: () => true,
      acked: () => acked,
      isBeingHanded: () => false,
      onChange() {},
    })
    await lease.acquire('session', { hostname: 'a', 'advertise-url': 'http://a:20202' })
    onTestFinished(() => lease.reign?.end('the test is over'))
    await expect.poll(() => beats.length).toBeGreaterThan(1)
    expect(new Set(beats)).toEqual(new Set([encodePosition(at(7))]))
    acked = at(9)
    await expect.poll(() => beats.at(-1)).toBe(encodePosition(at(9)))
  })
})

function acceptingConsul(onHeartbeat: (step: Extract<ConsulStep, { verb: 'set' }>) => void): Consul {
  let index = 1
  return {
    list: async () => [],
    async transact(steps) {
      for (const step of steps) if (step.verb === 'set' && step.key === keys.heartbeat) onHeartbeat(step)
      index += 1
      return { kind: 'done', indexes: new Map(steps.map(({ key }) => [key, index])) }
    },
    createSession: async () => 'session',
    renewSession: async () => true,
    destroySession: async () => {},
  }
}
