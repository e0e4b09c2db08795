const known = new Map<string, string>()

/** The last second of a year in a time zone. */
export function endOfYear(year: number, timeZone: string): string {
  return toText(Date.parse(startOfYear(year + 1, timeZone)) - 1000)
}

/** The moment at which a year begins in a time zone, as the tables spell times. */
export function startOfYear(year: number, timeZone: string): string {
  const key = `${year} ${timeZone}`
  let start = known.get(key)
  if (!start) {
    if (known.size > 1000) known.clear()
    start = findStart(year, timeZone)
    known.set(key, start)
  }
  return start
}

function findStart(year: number, timeZone: string): string {
  const inUtc = Date.UTC(year, 0, 1)
  const guess = inUtc - offsetMs(inUtc, timeZone)
  // The offset at midnight may differ from that of the guess, where a zone changed its clocks on that very day.
  return toText(inUtc - offsetMs(guess, timeZone))
}

function toText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

function offsetMs(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(time)
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  )
  return local - time
}
