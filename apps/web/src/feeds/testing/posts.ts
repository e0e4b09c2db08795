import { defaultSite, type FeedPost, type Site } from '@atoll/blog'
import type { FeedImages } from '../feed.ts'

export const site: Site = {
  ...defaultSite,
  title: 'Tide & Time',
  description: 'Notes from <the> shore',
  author: { name: 'Ana', url: 'https://ana.example' },
  language: 'en-GB',
  icons: [
    { rel: 'icon', href: '/assets/0a/icon.svg', type: 'image/svg+xml', sizes: 'any' },
    { rel: 'icon', href: '/assets/0b/icon.png', type: 'image/png', sizes: '32x32' },
    { rel: 'apple-touch-icon', href: '/assets/0c/apple.png', type: 'image/png', sizes: '180x180' },
  ],
}

const images: FeedImages = new Map([
  ['cats/tom.webp', { url: '/assets/1a/tom.webp', contentType: 'image/webp', size: 1234 }],
])

export const context = { site, origin: 'https://tide.example', images }

export function post(slug: string, facts: Partial<FeedPost> = {}): FeedPost {
  return {
    slug,
    title: slug,
    publishedAt: '2026-03-01T12:00:00Z',
    updatedAt: null,
    tags: [],
    description: '',
    summaryHtml: '<p>Short.</p>',
    html: '<p>Long.</p>',
    readingMinutes: 1,
    series: null,
    image: null,
    ...facts,
  }
}

/** Everything that has broken a feed somewhere. */
export const trickyPosts: FeedPost[] = [
  post('plain', {
    updatedAt: '2026-04-01T08:30:00Z',
    tags: ['elixir', 'c++ & "friends"'],
    description: 'Plain words.',
    image: 'cats/tom.webp',
  }),
  post('markup', {
    title: 'Is <b> bold? a && b ]]> "quoted"',
    description: 'a < b ]]> c',
    html: '<pre><code>]]&gt; &lt;/content:encoded&gt; &amp;amp;</code></pre><p>]]></p>',
  }),
  post('characters', {
    title: 'bell\u0007 nul\u0000 half\ud83d ok 🎉 日本 \uffff \u0085 end',
    summaryHtml: '<p>\u000b\u001b[31mred\r\n</p>',
    html: '<p>\u0001\ufffe\ud800 family 👩‍👩‍👧</p>',
  }),
  post('math', {
    html: '<math display="block"><mfrac><mi>a</mi><mi>b</mi></mfrac></math><pre class="shiki"><code><span class="line" data-line="1">x</span></code></pre>',
  }),
  post('undated', { publishedAt: null, summaryHtml: '', description: '' }),
  post('empty', { html: '', summaryHtml: '', tags: ['日本語'] }),
]
