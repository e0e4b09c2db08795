import type { Problem } from '../markdown/index.ts'
import { tagSlug } from '../tag-slug.ts'
import { type FieldReader, type Fields, readFields } from './field-reader.ts'
import { reportForeignKeys } from './foreign-keys.ts'
import { canonicalSlug, slugFromPath, slugFromText, slugPattern } from './slug.ts'

/** What the front matter of a post says. */
export interface PostFile extends PageFile {
  permalinks: Permalink[]
  tags: Tag[]
  publishedAt: string | null
  series: { name: string; part: number | null } | null
}

/** What the front matter of a page says, and what posts have in common with it. */
export interface PageFile {
  title: string
  slug: string
  slugLine: number
  isDraft: boolean
  updatedAt: string | null
  /** Markdown. */
  description: string
  problems: Problem[]
}

export interface Tag {
  slug: string
  label: string
}

export interface Permalink {
  /** Without the slashes around it. */
  path: string
  written: string
  line: number
}

export function readPost(path: string, fields: Fields): PostFile {
  const read = readFields(fields)
  return {
    ...readCommon(path, fields, read),
    permalinks: readPermalinks(read),
    tags: readTags(read),
    publishedAt: read.date('published_at') ?? null,
    series: readSeries(fields, read),
  }
}

export function readPage(path: string, fields: Fields): PageFile {
  return readCommon(path, fields, readFields(fields))
}

export function toTags(labels: string[]): Tag[] {
  const tags = new Map<string, Tag>()
  for (const written of labels) {
    const label = written.replace(/\s+/g, ' ').trim()
    const slug = tagSlug(label)
    if (slug && !tags.has(slug)) tags.set(slug, { slug, label })
  }
  return [...tags.values()]
}

function readCommon(path: string, fields: Fields, read: FieldReader): PageFile {
  const title = read.text('title')?.replace(/\s+/g, ' ') ?? ''
  reportForeignKeys(fields, read)
  if (!title) read.report('missing_title', 'title', 'no title')
  return {
    title,
    slug: readSlug(path, title, read),
    slugLine: read.lineOf('slug'),
    isDraft: read.flag('is_draft'),
    updatedAt: read.date('updated_at') ?? null,
    description: read.text('description') ?? '',
    problems: read.problems,
  }
}

function readSlug(path: string, title: string, read: FieldReader): string {
  const written = read.text('slug')
  if (written !== undefined) {
    if (!slugPattern.test(written)) {
      read.report('bad_slug', 'slug', `slug ${JSON.stringify(written)}: only a to z, 0 to 9, - and _ are allowed`)
    }
    return canonicalSlug(written)
  }
  const slug = slugFromPath(path) || slugFromText(title)
  if (!slug && title) read.report('missing_slug', 'slug', 'no slug, and none can be made of the file name or the title')
  return slug
}

function readPermalinks(read: FieldReader): Permalink[] {
  const permalinks = new Map<string, Permalink>()
  for (const written of read.list('permalinks')) {
    const path = written.replace(/^\/+|\/+$/g, '')
    if (!path || /[\s?#\\]|\/\/|^[a-z][a-z0-9+.-]*:|(?:^|\/)\.\.?(?:\/|$)/i.test(path)) {
      read.report('bad_permalink', 'permalinks', `permalink ${JSON.stringify(written)}: not a path of this site`)
    } else {
      permalinks.set(path, { path, written, line: read.lineOf('permalinks') })
    }
  }
  return [...permalinks.values()]
}

function readTags(read: FieldReader): Tag[] {
  // The URL of a list joins tags with commas, so a label cannot hold one.
  const labels = read.list('tags').flatMap((label) => label.split(','))
  for (const label of labels) {
    if (label.trim() && !tagSlug(label)) {
      read.report(
        'useless_tag',
        'tags',
        `the tag ${JSON.stringify(label.trim())} has no letter and no digit, and is left out`,
      )
    }
  }
  return toTags(labels)
}

function readSeries({ values, lineOf }: Fields, read: FieldReader): PostFile['series'] {
  const { series } = values
  if (typeof series !== 'object' || series === null || Array.isArray(series)) {
    const name = read.text('series')
    reportNameless(name)
    return name ? { name, part: null } : null
  }
  const inner = readFields({ values: series as Record<string, unknown>, lineOf: () => lineOf('series') })
  const name = inner.text('name')
  const part = inner.text('part')
  read.problems.push(...inner.problems)
  if (!name) read.report('bad_value', 'series', 'series: expected a name, or a name and a part')
  if (part && !/^\d+$/.test(part)) read.report('bad_value', 'series', `series: the part is a number, not "${part}"`)
  reportNameless(name)
  return name ? { name, part: part ? Number(part) : null } : null

  function reportNameless(name: string | undefined): void {
    if (name && !tagSlug(name)) read.report('bad_value', 'series', `series: no letter and no digit in "${name}"`)
  }
}
