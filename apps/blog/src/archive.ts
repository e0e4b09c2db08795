import type { Reader } from '@atoll/repo'
import { type PostSummary, type SummaryRow, summaryColumns, toSummary } from './posts.ts'
import type { BlogTables } from './schema/tables.ts'
import { statement } from './statement.ts'
import { endOfYear, startOfYear } from './year.ts'

export interface ArchiveYear {
  year: number
  count: number
}

interface ArchiveOptions {
  now: string
  /** Whose New Year divides the years. */
  timeZone: string
}

/** The years that have dated public posts, the last one first. Topic `titles`. */
export async function listYears(reader: Reader<BlogTables>, { now, timeZone }: ArchiveOptions): Promise<ArchiveYear[]> {
  // A year more than the clock's: it may have begun in the time zone.
  const last = Number(now.slice(0, 4)) + 1
  const years = Array.from({ length: last - firstYear + 1 }, (_, index) => spanOf(last - index, timeZone))
  const found = await reader.snapshot({ years: countYears({ now, years: JSON.stringify(years) }) })
  return found.years
}

/** Public posts of a year, newest first. Topic `posts`. */
export async function listYear(
  reader: Reader<BlogTables>,
  year: number,
  { now, timeZone }: ArchiveOptions,
): Promise<PostSummary[]> {
  if (!Number.isInteger(year) || year < firstYear || year > 9998) return []
  const { from, until } = spanOf(year, timeZone)
  const found = await reader.snapshot({ posts: selectYear({ now, from, until }) })
  return found.posts.map(toSummary)
}

// There was no web before, and somebody's diary may begin with their grandmother's.
const firstYear = 1900

function spanOf(year: number, timeZone: string) {
  return { year, from: startOfYear(year, timeZone), until: endOfYear(year, timeZone) }
}

const countYears = statement<ArchiveYear, { now: string; years: string }>(
  `select * from (
    select value ->> 'year' as year, (
      select count(*) from posts
      where is_draft = 0 and listed_at between (value ->> 'from') and min(value ->> 'until', :now)
    ) as count
    from json_each(:years)
  ) where count > 0 order by year desc`,
)

const selectYear = statement<SummaryRow, { now: string; from: string; until: string }>(
  `select ${summaryColumns} from posts p join documents d on d.id = p.document_id
  where p.is_draft = 0 and p.listed_at between :from and min(:until, :now)
  order by p.listed_at desc, p.id desc`,
)
