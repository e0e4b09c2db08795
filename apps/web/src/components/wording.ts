const thousands = new Intl.NumberFormat('en')
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
export function formatDate(time: string, style: DateStyle, place: Place): string {
  const { formatter, known } = calendarOf(style, place)
  let date = known.get(time)
  if (date === undefined) {
    if (known.size >= datesKept) known.clear()
    date = formatter.format(new Date(time))
    known.set(time, date)
  }
  return date
}

interface Place {
  language: string
  timeZone: string
}

interface Calendar {
  formatter: Intl.DateTimeFormat
  /** What was said of a time before; a list says the same for as long as its posts are the same. */
  known: Map<string, string>
}

/** By language, time zone and style: making a formatter costs fifty times as much as using one. */
const calendars = new Map<string, Calendar>()
/** The same by the settings of a site, because putting such a key together takes longer than all else. */
const calendarsOfSites = new WeakMap<Place, Partial<Record<DateStyle, Calendar>>>()

function calendarOf(style: DateStyle, place: Place): Calendar {
  let ofSite = calendarsOfSites.get(place)
  if (!ofSite) {
    ofSite = {}
    calendarsOfSites.set(place, ofSite)
  }
  ofSite[style] ??= openCalendar(style, place)
  return ofSite[style]
}

function openCalendar(style: DateStyle, { language, timeZone }: Place): Calendar {
  const key = `${language} ${timeZone} ${style}`
  let calendar = calendars.get(key)
  if (!calendar) {
    calendar = { formatter: new Intl.DateTimeFormat(language, { ...styles[style], timeZone }), known: new Map() }
    calendars.set(key, calendar)
  }
  return calendar
}

/** For lists, where there is less room. */
export function shortReadingTime(minutes: number): string {
  return `${Math.max(minutes, 1)} min read`
}
