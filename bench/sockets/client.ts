/** A share of a crowd of readers; ends with its parent. Arguments: url, page, how many, which share. */
import { setPriority } from 'node:os'
import { connect } from '@atoll/live/client'
import type { Report } from './crowd.ts'
import { lineFrom } from './line.ts'

const [url, page, count, share] = process.argv.slice(2) as [string, string, string, string]
const all = Number(count)
const batch = 50
const watching = new Map<number, number>()
let changed: number[] = []

process.on('disconnect', () => process.exit(0))
setPriority(19)
for (let opened = 0; opened < all; opened += batch) {
  await Promise.all(Array.from({ length: Math.min(batch, all - opened) }, (_, index) => read(opened + index)))
}

/** Reads on as a browser does, with the browser's own connection. Resolves when it shows the page. */
function read(reader: number): Promise<void> {
  const address = `10.${share}.${reader >> 8}.${reader & 255}`
  let version = ''
  const shown = Promise.withResolvers<void>()
  connect({
    openLine: lineFrom(url, address),
    greet: () => [
      { do: 'watch', page, version },
      { do: 'here', person: `somebody at ${address}` },
    ],
    onState: (state) => void (state !== 'open' && watching.delete(reader)),
    onTold(told) {
      if (told.is === 'here') watch()
      if (told.is !== 'page' || told.version === version) return
      if (version !== '') changed = note('changed', [...changed, now()])
      version = told.version
    },
  })
  return shown.promise

  function watch() {
    shown.resolve()
    if (watching.has(reader)) return
    watching.set(reader, now())
    note('watching', [...watching.values()])
  }
}

/** Reports what all have done; returns what is to be kept for the next report. */
function note(kind: Report['kind'], times: number[]): number[] {
  if (times.length < all) return times
  process.send!({ kind, times } satisfies Report)
  return []
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
