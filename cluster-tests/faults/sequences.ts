import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterNode } from '../harness/index.ts'
import { dataOf, disksOf, findNextRelease, startRelease } from './atoll.ts'
import type { Scene } from './scene.ts'
import type { Nodes } from './subject.ts'

/** Something that takes several steps; it measures the steps itself. */
export interface Sequence {
  /** How long nobody may be able to write, in seconds, at each step. */
  allowedSeconds: number
  /** What is allowed holds for 99 of 100 steps. */
  isForNearlyAll?: true
  /** On a cluster of its own; three nodes otherwise, which others use too. */
  nodes?: Nodes
  /** Every write is done in the end, however long it waited. */
  failsNoWrite?: true
  isForStock?: true
  play(scene: Scene): Promise<void>
}

/** What happens in steps, by name, in the order of the table. */
export const sequences: Record<string, Sequence> = {
  'a member restarts with an empty disk, then the primary dies': {
    allowedSeconds: 6,
    async play(scene) {
      const { primary, replica } = scene
      await replica.kill()
      for (const folder of disksOf(replica)) rmSync(folder, { recursive: true })
      // At once: a second later it may have everything, and lead by right.
      const starting = replica.start()
      await scene.gapOf(() => primary.kill())
      await scene.neverLeads(replica, 'before it has everything')
      await starting
    },
  },
  'a member restarts with an older disk, then the primary dies': {
    allowedSeconds: 6,
    async play(scene) {
      const { primary, replica } = scene
      await replica.kill()
      const older = keepDisk(replica)
      await replica.start()
      await scene.isWell(3)
      await scene.nextWrite()
      await replica.kill()
      older.putBack()
      await replica.start()
      await scene.gapOf(() => primary.kill())
    },
  },
  'planned handover, 100 in a row': {
    allowedSeconds: 0.5,
    isForNearlyAll: true,
    failsNoWrite: true,
    isForStock: true,
    async play(scene) {
      for (let turn = 0; turn < (scene.isShort ? 5 : 100); turn++) {
        const { primary, replica } = await scene.look()
        await scene.gapOf(() => scene.subject.handOver(primary, replica))
        await scene.leaves(primary)
      }
    },
  },
  'rolling deploy of a release with a migration and a new operation': {
    allowedSeconds: 1,
    isForNearlyAll: true,
    nodes: { all: 3, atFirst: 3 },
    failsNoWrite: true,
    async play(scene) {
      const release = await findNextRelease()
      for (const node of scene.cluster.nodes) {
        await scene.gapOf(() => scene.subject.stopPolitely(node))
        await scene.gapOf(async () => {
          await startRelease(node, release)
          await scene.isWell(3)
        })
      }
    },
  },
  'every node stopped and started in turn': {
    allowedSeconds: 1,
    isForNearlyAll: true,
    failsNoWrite: true,
    async play(scene) {
      for (const node of scene.cluster.nodes) {
        await scene.gapOf(() => scene.subject.stopPolitely(node))
        await node.start()
        await scene.gapOf(() => scene.isWell(3))
      }
    },
  },
  'a node that slept through writes wakes and wants the lease': {
    allowedSeconds: Number.POSITIVE_INFINITY,
    async play(scene) {
      const { primary, replicas } = scene
      const [stale, other] = replicas as [ClusterNode, ClusterNode]
      await stale.kill()
      await scene.isWell(2)
      await scene.nextWrite()
      await other.kill()
      await scene.isWell(1)
      await scene.nextWrite()
      await primary.kill()
      await stale.start()
      await scene.neverLeads(stale, 'with nobody else there')
    },
  },
  'Consul gone, then wiped': {
    allowedSeconds: 6,
    async play(scene) {
      const { consul } = scene.cluster
      await consul.stop()
      await scene.readEverywhere(scene.isShort ? 6000 : scene.outageMs)
      await scene.gapOf(() => consul.wipe())
    },
  },
  'Consul put back to the time of a former primary, which returns': {
    allowedSeconds: 6,
    async play(scene) {
      const { primary, cluster } = scene
      const older = await cluster.consul.keepState()
      await primary.kill()
      await scene.leaves(primary)
      await scene.nextWrite()
      await scene.gapOf(async () => {
        await Promise.all([older.putBack(), primary.start()])
        await scene.isWell(3)
      })
    },
  },
  'Consul answers 500': {
    allowedSeconds: 6,
    async play(scene) {
      const { consul } = scene.cluster
      await consul.answer500()
      await scene.readEverywhere(6000)
      await scene.gapOf(() => consul.answerWell())
    },
  },
  'Consul comes and goes': {
    allowedSeconds: 6,
    async play(scene) {
      const { consul } = scene.cluster
      for (let turn = 0; turn < 3; turn++) {
        await consul.answer500()
        await scene.readEverywhere(1500)
        await consul.answerWell()
        await scene.readEverywhere(700)
      }
      await scene.gapOf(() => consul.answerWell())
    },
  },
  'lines to the primary come and go': {
    allowedSeconds: 6,
    async play(scene) {
      const { cluster, primary, replicas } = scene
      await scene.gapOf(async () => {
        for (let turn = 0; turn < 6; turn++) {
          await cluster.partition(primary, replicas)
          await delay(scene.choose.between(300, 2500))
          await cluster.heal()
          await delay(scene.choose.between(100, 1500))
        }
      })
    },
  },
  'disk of the primary fills up': {
    allowedSeconds: 1,
    play: (scene) => fillUp(scene, scene.primary),
  },
  'disk of a replica fills up': {
    allowedSeconds: 1,
    play: (scene) => fillUp(scene, scene.replica),
  },
  'two nodes die one after the other': {
    allowedSeconds: 6,
    isForStock: true,
    async play(scene) {
      await scene.gapOf(() => scene.primary.kill())
      const { primary } = await scene.look()
      await scene.gapOf(() => primary.kill())
    },
  },
  'clocks fourteen minutes apart, and one primary after the other dies': {
    allowedSeconds: 6,
    nodes: { all: 3, atFirst: 3, clocksAhead: [0, 7, -7] },
    async play(scene) {
      for (const _ of scene.cluster.nodes) {
        const { primary } = await scene.look()
        await scene.gapOf(() => primary.kill())
        await primary.start()
        await scene.isWell(3)
      }
    },
  },
  'every node killed at once, then started': {
    allowedSeconds: 15,
    async play(scene) {
      await Promise.all(scene.cluster.nodes.map((node) => node.kill()))
      await scene.gapOf(() => Promise.all(scene.cluster.nodes.map((node) => node.start())))
    },
  },
  '1 → 3 → 5 → 3 → 1 nodes': {
    allowedSeconds: 1,
    isForNearlyAll: true,
    nodes: { all: 5, atFirst: 1 },
    failsNoWrite: true,
    async play(scene) {
      const [, ...others] = scene.cluster.nodes
      for (const [index, node] of others.entries()) {
        await scene.gapOf(() => node.start())
        await scene.gapOf(() => scene.isWell(index + 2))
      }
      for (const [index, node] of scene.cluster.nodes.slice(0, 4).entries()) {
        await scene.gapOf(() => scene.subject.stopPolitely(node))
        await scene.gapOf(() => scene.isWell(4 - index))
      }
    },
  },
}

/**
 * To the last byte, and slowly where it gets narrow, as by a copy that somebody makes. By programs of their own: what
 * blocks this process would be counted as time in which nobody can write.
 */
async function fillUp(scene: Scene, node: ClusterNode): Promise<void> {
  const filler = join(dataOf(node), 'filler')
  const leave = String(160 << 20)
  await scene.gapOf(async () => {
    const script = `
      head -c $(($(df --output=avail -B1 . | tail -n 1) - ${leave})) /dev/zero > filler
      while head -c 4M /dev/zero >> filler; do sleep 0.1; done`
    await node.run('sh', ['-c', script], { name: 'fill', cwd: dataOf(node) }).ended
    await delay(2000)
  })
  rmSync(filler)
}

/** Copies what lies on the disk of a node that does not run. */
function keepDisk(node: ClusterNode) {
  const copy = join(node.folder, 'older')
  rmSync(copy, { recursive: true, force: true })
  const folders = disksOf(node).filter((folder) => existsSync(folder))
  for (const [index, folder] of folders.entries()) cpSync(folder, join(copy, String(index)), { recursive: true })
  return {
    putBack() {
      for (const [index, folder] of folders.entries()) {
        rmSync(folder, { recursive: true })
        cpSync(join(copy, String(index)), folder, { recursive: true })
      }
      rmSync(copy, { recursive: true })
    },
  }
}
