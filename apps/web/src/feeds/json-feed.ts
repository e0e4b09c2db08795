import type { Feed, FeedItem } from './feed.ts'

/** JSON Feed 1.1 with whole posts. What is undefined is left out by `JSON.stringify`. */
export function writeJsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.homeUrl,
    feed_url: feed.selfUrl,
    description: feed.description || undefined,
    icon: feed.iconUrl,
    favicon: feed.faviconUrl,
    authors: [{ name: feed.author.name, url: feed.author.url }],
    language: feed.language,
    items: feed.items.map(item),
  })
}

function item(item: FeedItem) {
  return {
    id: item.url,
    url: item.url,
    title: item.title,
    content_html: item.html,
    summary: item.description || undefined,
    image: item.image?.url,
    date_published: item.publishedAt,
    date_modified: item.updatedAt,
    tags: item.tags,
  }
}
