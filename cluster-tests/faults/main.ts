/**
 * `npm run faults -- [--seed N] [--minutes M] [--stock] [--only TEXT] [--runs N] [--out FOLDER]`: plays faults in random
 * combinations on a real cluster under load, writes each round's history as a file, and prints a table.
 *
 * With `--runs` each single fault is played so often, in place of random combinations.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { faults } from './faults.ts'
import { openFaultCluster, playRound, type Round } from './rounds.ts'
import { chooseBySeed } from './seeded.ts'
import { renderTable } from './table.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    minutes: { type: 'string', default: '10' },
    runs: { type: 'string' },
    stock: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: 'faults-out' },
  },
})
const isStock = values.stock
const choose = chooseBySeed(Number(values.seed))
const names = Object.keys(faults).filter((name) => name.includes(values.only) && (!isStock || faults[name]!.isForStock))
const until = performance.now() + Number(values.minutes) * 60_000
const rounds: Round[] = []
mkdirSync(values.out, { recursive: true })
console.log(`seed ${values.seed}, ${isStock ? 'stock LiteFS' : 'guarded'}, histories in ${values.out}`)

let cluster = await openFaultCluster(isStock)
for (const struck of plan()) {
  if (performance.now() > until) break
  const name = `${String(rounds.length + 1).padStart(4, '0')}-${isStock ? 'stock' : values.seed}`
  try {
    const round = await playRound(cluster, { struck, choose, isStock, patienceMs: isStock ? 40_000 : 25_000 })
    rounds.push(round)
    writeFileSync(join(values.out, `${name}.jsonl`), round.events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    const { lost, duplicated, stale, diverged } = round.verdict
    const isWrong = lost.length + duplicated.length + stale.length + diverged.length > 0
    console.log(
      `${name} ${struck.join(' + ')}: ${round.gapMs} ms${isWrong ? ` WRONG ${JSON.stringify(round.verdict).slice(0, 300)}` : ''}`,
    )
    if (isWrong && !isStock) process.exitCode = 1
  } catch (error) {
    console.log(`${name} ${struck.join(' + ')}: did not recover: ${(error as Error).message}`)
    if (!isStock) process.exitCode = 1
    await cluster.close({ keepLogs: true })
    cluster = await openFaultCluster(isStock)
  }
}
await cluster.close()
console.log(renderTable(rounds))

/** Bounded by the time given, and by ten thousand rounds. */
function* plan(): Generator<string[]> {
  for (let run = 0; values.runs !== undefined && run < Number(values.runs); run++) {
    for (const name of names) yield [name]
  }
  for (let round = 0; values.runs === undefined && round < 10_000; round++) {
    const first = choose.oneOf(names)
    yield choose.chance(0.4) ? [first, choose.oneOf(names)] : [first]
  }
}
