export { type FeedLink, siteFeedLinks, tagFeedLinks } from './feed-links.ts'
