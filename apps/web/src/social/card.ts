import type { Post, Site } from '@atoll/blog'
import { formatDate } from '../components/wording.ts'

/** Everything that is drawn, and nothing else: equal cards are equal images. */
export interface Card {
  /** Above the title. */
  header: string
  title: string
  /** In place of a title that no font here can write. */
  plainTitle: string
  /** Under the title. */
  line: string
  tags: readonly string[]
  /** At the bottom, as an editor would say which file this is and where. */
  host: string
  file: string
  note: string
  colours: CardColours
}

export interface CardColours {
  background: string
  text: string
  muted: string
  accent: string
  link: string
  heading: string
  bar: string
  barText: string
}

export type CardPost = Pick<Post, 'slug' | 'title' | 'publishedAt' | 'readingMinutes' | 'tags'>

interface Context {
  site: Site
  origin: string
}

export function postCard(post: CardPost, { site, origin }: Context): Card {
  const { slug, title, publishedAt, readingMinutes, tags } = post
  return {
    header: site.title,
    title,
    plainTitle: slug.replaceAll('-', ' '),
    line: publishedAt ? formatDate(publishedAt, 'long', site) : '',
    tags,
    host: new URL(origin).host,
    file: `posts/${slug}.md`,
    note: readingMinutes < 1 ? '< 1 min' : `${readingMinutes} min`,
    colours: coloursOf(site),
  }
}

/** For every page that is no post. */
export function siteCard({ site, origin }: Context): Card {
  const { host } = new URL(origin)
  return {
    header: site.author.name,
    title: site.title,
    plainTitle: host,
    line: site.description,
    tags: [],
    host,
    file: '~',
    note: '',
    colours: coloursOf(site),
  }
}

/** The dark theme (styles/themes.css), as the site coloured it. */
function coloursOf({ colours: { dark } }: Site): CardColours {
  const chosen = (name: keyof typeof dark, otherwise: string) => {
    const colour = dark[name]
    return colour && isKnownToSvg(colour) ? colour : otherwise
  }
  return {
    background: chosen('background', '#0e1013'),
    text: chosen('text', '#d3d6da'),
    muted: chosen('muted', '#9aa1ab'),
    accent: chosen('accent', '#00afff'),
    link: chosen('link', '#5fd0d0'),
    heading: chosen('heading', '#5fd7ff'),
    bar: chosen('bar', '#005f87'),
    barText: chosen('bar-text', '#ffffff'),
  }
}

/** Names, hexadecimal numbers and the older functions; style sheets may use newer ones. */
function isKnownToSvg(colour: string): boolean {
  return /^(#|rgb|hsl|[a-z]+$)/i.test(colour)
}
