import type { Writable } from 'node:stream'

/** The last lines of the log, for whoever comes to look. */
export interface LogTail {
  push(line: string): void
  /** Writes the last lines, then each that follows. */
  follow(output: Writable): void
}

const kept = 1000
/** A reader that does not keep up misses lines, and the site does not wait. */
const mostBufferedBytes = 4 * 1024 * 1024

export function keepLogTail(): LogTail {
  const lines: string[] = []
  const readers = new Set<Writable>()
  return {
    push(line) {
      lines.push(line)
      if (lines.length > kept) lines.shift()
      for (const reader of readers) if (reader.writableLength < mostBufferedBytes) reader.write(line)
    },
    follow(output) {
      for (const line of lines) output.write(line)
      readers.add(output)
      output.on('close', () => readers.delete(output))
    },
  }
}
