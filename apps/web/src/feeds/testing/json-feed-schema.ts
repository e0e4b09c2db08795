import { z } from 'zod'

const url = z.url({ protocol: /^https?$/ })
const time = z.iso.datetime({ offset: true })
const author = z
  .strictObject({ name: z.string().min(1).optional(), url: url.optional(), avatar: url.optional() })
  .refine((value) => Object.keys(value).length > 0, 'an author needs a name, a url or an avatar')

const item = z
  .strictObject({
    id: z.string().min(1),
    url: url.optional(),
    external_url: url.optional(),
    title: z.string().optional(),
    content_html: z.string().optional(),
    content_text: z.string().optional(),
    summary: z.string().optional(),
    image: url.optional(),
    banner_image: url.optional(),
    date_published: time.optional(),
    date_modified: time.optional(),
    authors: z.array(author).min(1).optional(),
    tags: z.array(z.string().min(1)).optional(),
    language: z.string().optional(),
  })
  .refine((value) => value.content_html !== undefined || value.content_text !== undefined, 'an item needs content')

/** https://www.jsonfeed.org/version/1.1/ */
export const jsonFeedSchema = z.strictObject({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string().min(1),
  home_page_url: url.optional(),
  feed_url: url.optional(),
  description: z.string().optional(),
  user_comment: z.string().optional(),
  next_url: url.optional(),
  icon: url.optional(),
  favicon: url.optional(),
  authors: z.array(author).min(1).optional(),
  language: z.string().optional(),
  expired: z.boolean().optional(),
  items: z.array(item).refine((items) => new Set(items.map(({ id }) => id)).size === items.length, 'ids are unique'),
})
