/**
 * `npm run faults`: lets the events of docs/guarantees.md happen to real clusters under load, checks what became of
 * every write, and prints how long nobody could write.
 *
 *     --runs N       each event so often, less what the results in --out have already; otherwise random combinations
 *     --minutes M    random combinations for so long (10)
 *     --seed N       of what is chosen by chance
 *     --only TEXT    events with this in their name; "A + B" is played as it stands
 *     --stock        LiteFS alone, in place of Atoll
 *     --clusters N   so many side by side (1)
 *     --outage S     for how long Consul is gone, in seconds (15)
 *     --out FOLDER   results, and a history file of each run (faults-out)
 *     --table        only prints the table of the results that are in --out
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Cluster } from '../harness/index.ts'
import { atoll } from './atoll.ts'
import { isWrong } from './checker.ts'
import { faults } from './faults.ts'
import { openResults, readResults } from './results.ts'
import { playRound, type Round } from './rounds.ts'
import { combine, rows } from './rows.ts'
import { chooseBySeed } from './seeded.ts'
import type { Sequence } from './sequences.ts'
import { stock } from './stock.ts'
import { renderTable } from './table.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    minutes: { type: 'string', default: '10' },
    runs: { type: 'string' },
    stock: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    clusters: { type: 'string', default: '1' },
    outage: { type: 'string', default: '15' },
    out: { type: 'string', default: 'faults-out' },
    table: { type: 'boolean', default: false },
  },
})

interface Task {
  name: string
  row: Sequence
}

const subject = values.stock ? stock : atoll
const choose = chooseBySeed(Number(values.seed))
const histories = join(values.out, 'histories')
const command = `npm run faults -- ${process.argv.slice(2).join(' ')}`
let played = 0

if (!values.table) await playAll()
const kept = ['atoll', 'stock'].map((name) => readResults(join(values.out, `${name}.json`)))
console.log(renderTable(kept[0], kept[1]))

async function playAll() {
  mkdirSync(histories, { recursive: true })
  const results = openResults(values.out, subject.name, command)
  const tasks = values.runs === undefined ? randomTasks() : missingTasks((name) => results.runsOf(name))
  console.log(`seed ${values.seed}, ${subject.name}, histories in ${histories}`)
  await Promise.all(Array.from({ length: Number(values.clusters) }, runLane))

  /** Takes one task after the other, and uses its cluster for as long as it is well. */
  async function runLane() {
    let shared: Cluster | undefined
    for (const { name, row } of tasks) {
      const number = String(++played).padStart(4, '0')
      const gapsMs: number[] = []
      let cluster: Cluster | undefined
      try {
        if (!row.nodes) shared ??= await subject.open({ all: 3, atFirst: 3 })
        cluster = row.nodes ? await subject.open(row.nodes) : shared!
        const round = await playRound(cluster, {
          ...{ subject, name, row, choose, outageMs: Number(values.outage) * 1000 },
          onGap: (ms) => void gapsMs.push(ms),
        })
        tell(number, round)
        results.add(round)
        // What LiteFS alone is left with after one event is not to be blamed on the next.
        if (!row.nodes && !values.stock) continue
        await cluster.close()
      } catch (error) {
        console.log(`${number} ${name}: did not become well again: ${(error as Error).message.slice(0, 400)}`)
        if (!values.stock) process.exitCode = 1
        if (cluster) results.addUnrecovered(name, gapsMs)
        await cluster?.close({ keepLogs: !values.stock })
      }
      if (cluster === shared) shared = undefined
    }
    await shared?.close()
  }
}

function tell(number: string, { name, gapsMs, verdict, events }: Round) {
  const file = join(histories, `${number}-${values.stock ? 'stock' : values.seed}.jsonl`)
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const wrong = isWrong(verdict) ? ` WRONG ${JSON.stringify(verdict).slice(0, 300)}` : ''
  console.log(
    `${number} ${name}: ${gapsMs.join(', ')} ms, ${verdict.acknowledged} acknowledged, ${verdict.refused} refused${wrong}`,
  )
  if (wrong && !values.stock) process.exitCode = 1
}

/** Several lanes take from it. */
function* missingTasks(runsOf: (name: string) => number): Generator<Task> {
  const wanted = Number(values.runs)
  const names = Object.keys(rows).filter(
    (name) => name.includes(values.only) && (!values.stock || rows[name]!.isForStock),
  )
  const missing = new Map(names.map((name) => [name, wanted - runsOf(name)]))
  for (let run = 0; run < wanted; run++) {
    for (const name of names) if (run < missing.get(name)!) yield { name, row: rows[name]! }
  }
}

/** Bounded by the time given. */
function* randomTasks(): Generator<Task> {
  const until = performance.now() + Number(values.minutes) * 60_000
  const names = Object.keys(faults).filter(
    (name) => name.includes(values.only) && (!values.stock || faults[name]!.isForStock),
  )
  const asked = values.only.includes(' + ') ? values.only.split(' + ') : undefined
  while (performance.now() < until) {
    const struck = asked ?? Array.from({ length: choose.chance(0.4) ? 2 : 1 }, () => choose.oneOf(names))
    yield { name: struck.join(' + '), row: combine(struck, choose) }
  }
}
