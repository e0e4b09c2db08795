import type { CardImage } from './card-metadata.ts'

/** Fixed by what social networks show: 1.91 to 1. */
export const cardWidth = 1200
export const cardHeight = 630

/** The card of a post, drawn when it is first asked for. */
export function socialImageOf({ slug, title }: { slug: string; title: string }): CardImage {
  return { url: `/social/${slug}.png`, width: cardWidth, height: cardHeight, alt: title }
}

/** The card of all other pages. */
export function siteImageOf({ title }: { title: string }): CardImage {
  return { url: '/social.png', width: cardWidth, height: cardHeight, alt: title }
}
