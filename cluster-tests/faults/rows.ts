import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../harness/index.ts'
import { statusOf } from './atoll.ts'
import { faults, type Situation } from './faults.ts'
import type { Choose, Scene } from './scene.ts'
import { type Sequence, sequences } from './sequences.ts'

/** Every event of the table, by its name; a single fault is a sequence of one step. */
export const rows: Record<string, Sequence> = {
  ...Object.fromEntries(Object.keys(faults).map((name) => [name, rowOf(name)])),
  ...sequences,
}

function rowOf(name: string): Sequence {
  const { allowedSeconds, isForStock } = faults[name]!
  return { allowedSeconds, ...(isForStock && { isForStock }), play: (scene) => strike(scene, name, scene) }
}

/** Two faults, the second a moment after the first. */
export function combine(names: readonly string[], choose: Choose): Sequence {
  const pauses = names.map((_, index) => (index === 0 ? 0 : choose.between(0, 2000)))
  return {
    allowedSeconds: Math.max(...names.map((name) => faults[name]!.allowedSeconds)) * names.length,
    async play(scene) {
      await scene.gapOf(async () => {
        for (const [index, name] of names.entries()) {
          await delay(pauses[index]!)
          // What it would hit may have ended by the one before.
          await faults[name]!.strike(await scene.look()).catch(() => {})
        }
        await delay(choose.between(1000, 6000))
      })
    },
  }
}

async function strike(scene: Scene, name: string, situation: Situation): Promise<void> {
  const { strike: happen, effect, lasts } = faults[name]!
  await scene.gapOf(
    () => happen(situation),
    async () => {
      if (effect === 'another leads') await scene.leaves(situation.primary)
      if (effect === 'the member is dropped') await isDropped(situation)
      if (!lasts) return
      await delay(lasts.ms)
      await lasts.end(situation)
    },
  )
}

async function isDropped({ subject, primary, replica }: Situation): Promise<void> {
  // Nobody is a member of anything without a guard: what would be seen is seen at once.
  if (subject.name === 'stock') return delay(3000)
  const isGone = async () => !(await statusOf(primary)).members.includes(replica.name)
  await eventually('the member is dropped', isGone, { timeoutMs: 6000 }).catch(() => {})
}
