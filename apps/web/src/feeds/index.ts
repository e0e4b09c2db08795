export { type FeedLink, siteFeedLinks, tagFeedLinks } from './feed-links.ts'
export { feedRoutes } from './routes.ts'
