import { expect, it } from 'vitest'
import { count, formatDate, readingTime } from './wording.ts'

it('counts in the singular and in the plural', () => {
  expect([0, 1, 2, 1234].map((number) => count(number, 'post'))).toEqual([
    'No posts',
    '1 post',
    '2 posts',
    '1,234 posts',
  ])
  expect(count(2, 'entry', 'entries')).toBe('2 entries')
})

it('says how long a post takes to read', () => {
  expect([0, 1, 7].map(readingTime)).toEqual([
    'Less than 1 minute read',
    'Approx. 1 minute read',
    'Approx. 7 minutes read',
  ])
})

it('tells the date of the place where the site is', () => {
  const time = '2026-01-01T01:30:00Z'
  expect(formatDate(time, 'long', { language: 'en', timeZone: 'UTC' })).toBe('January 1, 2026')
  expect(formatDate(time, 'medium', { language: 'en', timeZone: 'America/New_York' })).toBe('Dec 31, 2025')
  expect(formatDate(time, 'long', { language: 'de', timeZone: 'UTC' })).toBe('1. Januar 2026')
})
