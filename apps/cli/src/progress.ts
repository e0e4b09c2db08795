export interface Progress {
  update(done: number, total: number): void
  end(): void
}

const barWidth = 30
/** A line is drawn at most this often, in milliseconds. */
const redrawMs = 80

/** A progress bar on a terminal; on anything else one line at the end of each tenth, so that logs stay readable. */
export function showProgress(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  let drawnAt = 0
  let tenth = 0
  let isDrawn = false

  return {
    update(done, total) {
      if (stream.isTTY) {
        const now = performance.now()
        if (now - drawnAt < redrawMs && done < total) return
        drawnAt = now
        isDrawn = true
        stream.write(`\r${label} ${bar(done, total)} ${done}/${total}`)
      } else if (Math.floor((10 * done) / total) > tenth) {
        tenth = Math.floor((10 * done) / total)
        stream.write(`${label} ${tenth * 10} % (${done}/${total})\n`)
      }
    },
    end() {
      if (isDrawn) stream.write('\r\x1b[2K')
      isDrawn = false
    },
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? barWidth : Math.round((barWidth * done) / total)
  return `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`
}
