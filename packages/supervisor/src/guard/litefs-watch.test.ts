import { expect, it, onTestFinished } from 'vitest'
import type { LitefsApi, LitefsEvent } from './litefs-api.ts'
import { watchLitefs } from './litefs-watch.ts'
import type { Position } from './position.ts'

const at = (txid: number, history = 'c'): Position => ({ txid: BigInt(txid), checksum: history.repeat(16) })

/** A LiteFS whose events come when they are let go, while what can be read of it is there at once. */
function slowEvents() {
  const given = { position: at(5), failures: 0 }
  const events: LitefsEvent[] = [{ kind: 'role', isPrimary: false }]
  let wake = () => {}
  const api: Partial<LitefsApi> = {
    info: async () => ({ isPrimary: false }),
    async position() {
      if (given.failures-- > 0) throw new Error('no answer')
      return given.position
    },
    async *events(signal) {
      signal.addEventListener('abort', () => wake())
      while (!signal.aborted) {
        const event = events.shift()
        if (event) yield event
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
  const watch = watchLitefs(api as LitefsApi)
  onTestFinished(() => watch.close())
  const seen: Position[] = []
  watch.onPosition((position) => seen.push(position))
  const tell = (...positions: Position[]) => {
    events.push(...positions.map((position) => ({ kind: 'transaction', position }) as const))
    wake()
  }
  return { given, watch, seen, tell }
}

it('is not taken back by events that were on their way when the position was read', async () => {
  const { given, watch, seen, tell } = slowEvents()
  await expect.poll(() => watch.position).toEqual(at(5))
  tell(at(3), at(4), at(5))
  given.position = at(6)
  tell(at(6), at(7))
  await expect.poll(() => watch.position).toEqual(at(7))
  expect(seen).toEqual([at(5), at(6), at(7)])
})

it('goes back with a database that was replaced by an older one', async () => {
  const { given, watch, tell } = slowEvents()
  await expect.poll(() => watch.position).toEqual(at(5))
  given.position = at(3, 'd')
  // LiteFS that replaces a database may answer late.
  given.failures = 1
  tell(at(3, 'd'))
  await expect.poll(() => watch.position).toEqual(at(3, 'd'))
  expect(watch.hasBeenAt(at(5))).toBe('no')
})
