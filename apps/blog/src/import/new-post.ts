import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { ContentError } from '../errors.ts'
import { toIsoSeconds } from './field-reader.ts'
import { canonicalSlug, slugFromText, slugPattern } from './slug.ts'

export interface NewPostOptions {
  folder: string
  title: string
  /** The last part of its address; made of the title by default. */
  slug?: string
  /** Published now, instead of a draft. */
  publish?: boolean
  now: Date
}

/** Writes the first lines of a post into `posts/` and returns the file's path. Never replaces a file. */
export async function newPost({ folder, title, slug, publish = false, now }: NewPostOptions): Promise<string> {
  const written = title.replace(/\s+/g, ' ').trim()
  if (!written) throw new ContentError('empty_title', 'cannot make a post without a title')
  if (slug !== undefined && !slugPattern.test(slug)) {
    throw new ContentError('bad_slug', `slug ${JSON.stringify(slug)}: only a to z, 0 to 9, - and _ are allowed`)
  }
  const time = toIsoSeconds(now)!
  const stamp = time.replace(/\D/g, '')
  const words = slugFromText(written)
  const file = join(folder, 'posts', `${[stamp, ...words.split('-')].filter(Boolean).join('_')}.md`)
  await mkdir(join(folder, 'posts'), { recursive: true })
  await writeFile(file, fileOf({ title: written, slug: canonicalSlug(slug ?? (words || stamp)), publish, time }), {
    flag: 'wx',
  })
  return file
}

function fileOf({
  title,
  slug,
  publish,
  time,
}: {
  title: string
  slug: string
  publish: boolean
  time: string
}): string {
  const keys = stringify(
    { title, slug, is_draft: !publish, ...(publish && { published_at: time }), tags: [] },
    { lineWidth: 0 },
  )
  return `---\n${keys}---\n\nOnce upon a time…\n`
}
