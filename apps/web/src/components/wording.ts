const formatters = new Map<string, Intl.DateTimeFormat>()

/** `1 post`, `2 posts`, `No posts`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  if (number === 0) return `No ${plural}`
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`
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
  // Making a formatter costs fifty times as much as using one.
  const key = `${language} ${timeZone} ${style}`
  let formatter = formatters.get(key)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language, { ...styles[style], timeZone })
    formatters.set(key, formatter)
  }
  return formatter.format(new Date(time))
}

/** For lists, where there is less room. */
export function shortReadingTime(minutes: number): string {
  return `${Math.max(minutes, 1)} min read`
}
