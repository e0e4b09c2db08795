import type { Peer } from '@atoll/cluster'
import { expect, it } from 'vitest'
import { openLiveCluster } from './live-cluster.ts'

const names = ['machine-148e', 'machine-2', 'machine-3']

/** The live part of each of some nodes, and what they were told. */
function openAll() {
  const told: [string, unknown][] = []
  const peers = names.map((name) => ({ name, address: `at ${name}` }) as Peer)
  const lives = names.map((name) =>
    openLiveCluster({
      name,
      peers: () => peers.filter((peer) => peer.name !== name),
      call: async (address: string, _method: string, payload: unknown) => void told.push([address, payload]),
      handle: () => () => {},
    } as never),
  )
  return { lives, told }
}

it('tells a node by a name that browsers may know, which is not what the machine is called', () => {
  const { lives, told } = openAll()
  const [here, there] = lives as [(typeof lives)[0], (typeof lives)[0]]
  const message = { kind: 'said' as const, session: 'one', say: [] }
  expect(there.name).not.toContain('machine')
  expect(here.send(there.name, message)).toBe(true)
  expect(told).toEqual([['at machine-2', message]])
  for (const nobody of [here.name, 'machine-2', '']) expect(here.send(nobody, message)).toBe(false)
})
