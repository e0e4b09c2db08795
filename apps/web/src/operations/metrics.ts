import type { WriteTiming } from '@atoll/repo'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What was asked for. Closed sets only: a label that strangers choose would fill the memory of whoever collects. */
export type AnswerKind = 'page' | 'search' | 'asset' | 'static' | 'api' | 'live' | 'health'

export type Reading = number | undefined | { labels: Record<string, string>; value: number }[]

export interface Metrics {
  readonly contentType: string
  /** All of them in Prometheus's text format. */
  text(): Promise<string>
  /** An answer from memory, in which nothing was rendered or read. */
  countCached(): void
  countAnswer(kind: AnswerKind, status: number, seconds: number): void
  /** A write through this node, from the call to its answer; `code` is that of its error. */
  countWrite(seconds: number, code?: string): void
  /** Where the time of a write that went well was spent. */
  countParts(timing: WriteTiming): void
  countImport(outcome: { seconds: number; problems: number; isRefused: boolean }): void
  /** Read when somebody collects; `undefined` leaves it out. Labels must come from a closed set. */
  gauge(name: string, help: string, read: () => Reading, labels?: string[]): void
  /** The same for a number that only grows while the process runs. */
  total(name: string, help: string, read: () => number): void
}

const latencies = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** The measurements of one process: its own, and Node's. Names begin with `atoll_`, as docs/operations.md lists them. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  // A cached answer takes a few microseconds; counting it must not cost one.
  let cached = 0
  total('atoll_cached_answers_total', 'Answers from memory', () => cached)
  const answers = new Counter({
    name: 'atoll_answers_total',
    help: 'Answers that were not in memory',
    labelNames: ['kind', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'atoll_answer_seconds',
    help: 'From a request to its answer, where that was not in memory',
    labelNames: ['kind'],
    buckets: latencies,
    registers,
  })
  const writes = new Histogram({
    name: 'atoll_write_seconds',
    help: 'From a write to its acknowledgement',
    labelNames: ['outcome'],
    buckets: latencies,
    registers,
  })
  const parts = new Histogram({
    name: 'atoll_write_part_seconds',
    help: 'Where the time of acknowledged writes went',
    labelNames: ['part'],
    buckets: latencies,
    registers,
  })
  const imports = new Histogram({
    name: 'atoll_import_seconds',
    help: 'Imports and publications of the content',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300],
    registers,
  })
  const problems = new Gauge({
    name: 'atoll_content_problems',
    help: 'Files with problems at the last import',
    registers,
  })
  const refused = new Counter({ name: 'atoll_imports_refused_total', help: 'Imports of older content', registers })

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    countCached() {
      cached++
    },
    countAnswer(kind, status, duration) {
      answers.inc({ kind, status: `${Math.floor(status / 100)}xx` })
      seconds.observe({ kind }, duration)
    },
    countWrite: (duration, code = 'ok') => writes.observe({ outcome: code }, duration),
    countParts(timing) {
      for (const [part, ms] of Object.entries(timing)) parts.observe({ part }, ms / 1000)
    },
    countImport(outcome) {
      imports.observe(outcome.seconds)
      problems.set(outcome.problems)
      if (outcome.isRefused) refused.inc()
    },
    gauge(name, help, read, labels = []) {
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers,
        collect() {
          this.reset()
          const reading = read()
          if (reading === undefined) this.remove()
          else if (typeof reading === 'number') this.set(reading)
          else for (const { labels, value } of reading) this.set(labels, value)
        },
      })
    },
    total,
  }

  function total(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }
}

/** What an address asks for; each leads to one of few kinds, however many addresses there are. */
export function kindOfAnswer(url: string): AnswerKind {
  const segment = url.split(/[/?]/, 2)[1] ?? ''
  return kinds[segment] ?? 'page'
}

const kinds: Record<string, AnswerKind> = {
  api: 'api',
  metrics: 'api',
  assets: 'asset',
  static: 'static',
  live: 'live',
  search: 'search',
  health: 'health',
  ready: 'health',
}
