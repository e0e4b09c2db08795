import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listYear, listYears } from './archive.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'
import { startOfYear } from './year.ts'

const now = '2026-06-01T00:00:00Z'
let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'old', publishedAt: '1998-03-01T00:00:00Z' },
    { slug: 'eve', publishedAt: '2025-12-31T16:00:00Z' },
    { slug: 'spring', publishedAt: '2026-03-01T00:00:00Z' },
    { slug: 'later', publishedAt: '2026-07-01T00:00:00Z' },
    { slug: 'undated' },
  ])
})

afterAll(() => blog.close())

const years = (timeZone: string) => listYears(blog.repo.reader(), { now, timeZone })
const slugsOf = async (year: number, timeZone: string) =>
  (await listYear(blog.repo.reader(), year, { now, timeZone })).map(({ slug }) => slug)

describe('listYears', () => {
  it('counts the dated public posts of each year, the last year first', async () => {
    expect(await years('UTC')).toEqual([
      { year: 2026, count: 1 },
      { year: 2025, count: 1 },
      { year: 1998, count: 1 },
    ])
  })

  it('lets a year begin when it does in the time zone of the site', async () => {
    expect(await years('Asia/Tokyo')).toEqual([
      { year: 2026, count: 2 },
      { year: 1998, count: 1 },
    ])
  })
})

describe('listYear', () => {
  it('lists its posts, the newest first', async () => {
    expect(await slugsOf(2025, 'UTC')).toEqual(['eve'])
    expect(await slugsOf(2026, 'Asia/Tokyo')).toEqual(['spring', 'eve'])
  })

  it.each([2024, 0, 99999, Number.NaN, 2025.5])('lists nothing for %s', async (year) => {
    expect(await slugsOf(year, 'UTC')).toEqual([])
  })
})

describe('startOfYear', () => {
  it.each([
    [2026, 'UTC', '2026-01-01T00:00:00Z'],
    [2026, 'Europe/Berlin', '2025-12-31T23:00:00Z'],
    [2026, 'Asia/Kathmandu', '2025-12-31T18:15:00Z'],
    [2026, 'Pacific/Kiritimati', '2025-12-31T10:00:00Z'],
    [2026, 'Pacific/Pago_Pago', '2026-01-01T11:00:00Z'],
  ])('%i begins in %s at %s', (year, timeZone, start) => expect(startOfYear(year, timeZone)).toBe(start))
})
