import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestBlog, type TestBlog } from '@atoll/blog/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PageRequest } from '../page.ts'
import type { Card } from './card.ts'
import { openSocialImages, type SocialImages } from './social-images.ts'
import { context } from './testing/cards.ts'

let blog: TestBlog
let folder: string
let images: SocialImages
let painted: Card[]
let errors: unknown[]

const pngEnd = Buffer.from('0000000049454e44ae426082', 'hex')

/** Pictures that say what is on them. */
const painter = {
  pid: undefined,
  async paint(card: Card) {
    painted.push(card)
    return Buffer.concat([Buffer.from(card.title), pngEnd])
  },
  close: async () => {},
}

function open(folder: string) {
  return openSocialImages({ folder, painter, onError: (error) => errors.push(error) })
}

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'high_water', title: 'High water', publishedAt: '2026-03-01T12:00:00Z', tags: ['sea'] },
    { slug: 'draft', publishedAt: '2026-03-01T12:00:00Z', isDraft: true },
    { slug: 'later', publishedAt: '2027-03-01T12:00:00Z' },
  ])
})

afterAll(() => blog.close())

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cards-'))
  painted = []
  errors = []
  images = open(folder)
})

afterEach(async () => {
  await images.close()
  await rename('High water')
  rmSync(folder, { recursive: true })
})

async function rename(title: string) {
  await blog.repo.db.updateTable('posts').set({ title }).where('slug', '=', 'high_water').execute()
}

function request(file: string): PageRequest {
  const url = new URL(`${context.origin}/social/${file}`)
  const overview = async () => ({ total: 1, tags: [] })
  return { reader: blog.repo.reader(), url, params: { file }, now: '2026-06-01T00:00:00Z', overview, ...context }
}

async function titleOn(file: string): Promise<string> {
  const answer = await images.post(request(file))
  if (answer.kind !== 'page') throw new Error(answer.kind)
  return String((answer.body as Buffer).subarray(0, -pngEnd.length))
}

describe('social images', () => {
  it('show what a post is, with its site', async () => {
    const answer = await images.post(request('high_water.png'))
    expect(answer).toMatchObject({ kind: 'page', contentType: 'image/png', topics: ['post:high_water'] })
    expect(painted[0]).toMatchObject({
      header: 'Tide & Time',
      title: 'High water',
      line: 'March 1, 2026',
      tags: ['sea'],
      host: 'tide.example',
      file: 'posts/high_water.md',
      note: '1 min',
    })
  })

  it.each(['draft.png', 'later.png', 'nobody.png', 'high_water', 'high_water.jpg', '.png', '../high_water.png'])(
    'do not exist for %s',
    async (file) => {
      expect(await images.post(request(file))).toEqual({ kind: 'missing' })
      expect(painted).toEqual([])
    },
  )

  it('are painted once, however many ask at the same time and later', async () => {
    await Promise.all([1, 2, 3].map(() => titleOn('high_water.png')))
    await titleOn('high_water.png')
    images = open(folder)
    await titleOn('high_water.png')
    expect(painted).toHaveLength(1)
  })

  it('follow the title of the post', async () => {
    await titleOn('high_water.png')
    await rename('Low water')
    expect(await titleOn('high_water.png')).toBe('Low water')
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('are served where they cannot be kept', async () => {
    images = open('/dev/null/cards')
    expect(await titleOn('high_water.png')).toBe('High water')
    expect(errors).toHaveLength(1)
  })

  it('exist for the site itself', async () => {
    expect(await images.site(request('social.png'))).toMatchObject({ kind: 'page', contentType: 'image/png' })
    expect(painted[0]).toMatchObject({ title: 'Tide & Time', line: 'Notes from the shore', header: 'Ana' })
  })

  it('wear the colours of the site, unless SVG does not know them', async () => {
    const colours = { light: {}, dark: { background: '#102030', accent: 'oklch(70% 0.2 40)' } }
    await images.site({ ...request('social.png'), site: { ...context.site, colours } })
    expect(painted[0]!.colours).toMatchObject({ background: '#102030', accent: '#00afff' })
  })
})
