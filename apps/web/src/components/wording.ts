const thousands = new Intl.NumberFormat('en')
const formatters = new Map<string, Intl.DateTimeFormat>()
/** What was said of a time last; a list says the same for as long as its posts are the same. */
const dates = new Map<string, string>()
const datesKept = 20_000

/** `1 post`, `2 posts`, `No posts`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  if (number === 0) return `No ${plural}`
  return `${number < 1000 ? number : thousands.format(number)} ${number === 1 ? noun : plural}`
}

/** A search that stops counting says so: `200+ posts`. */
export function countFound({ total, isMore }: { total: number; isMore?: boolean }, noun: string): string {
  return isMore ? count(total, noun).replace(' ', '+ ') : count(total, noun)
}

export function readingTime(minutes: number): string {
  if (minutes < 1) return 'Less than 1 minute read'
  return `Approx. ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} read`
}

export type DateStyle = 'long' | 'medium' | 'day'

const styles: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  long: { year: 'numeric', month: 'long', day: 'numeric' },
  medium: { year: 'numeric', month: 'short', day: '2-digit' },
  day: { month: 'short', day: '2-digit' },
}

/** Words for a time, where the site is. */
export function formatDate(
  time: string,
  style: DateStyle,
  { language, timeZone }: { language: string; timeZone: string },
): string {
  const key = `${language} ${timeZone} ${style}`
  const known = dates.get(key + time)
  if (known !== undefined) return known
  if (dates.size >= datesKept) dates.clear()
  const date = formatterOf(key, style, { language, timeZone }).format(new Date(time))
  dates.set(key + time, date)
  return date
}

function formatterOf(
  key: string,
  style: DateStyle,
  { language, timeZone }: { language: string; timeZone: string },
): Intl.DateTimeFormat {
  // Making a formatter costs fifty times as much as using one.
  let formatter = formatters.get(key)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language, { ...styles[style], timeZone })
    formatters.set(key, formatter)
  }
  return formatter
}

/** For lists, where there is less room. */
export function shortReadingTime(minutes: number): string {
  return `${Math.max(minutes, 1)} min read`
}
