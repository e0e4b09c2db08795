export { type ArchiveYear, listYear, listYears } from './archive.ts'
export { type Asset, findAsset, findAssetByHash, readBlob } from './assets.ts'
export { type FollowDiscordOptions, followDiscord } from './discord/follow-discord.ts'
export type { DiscordPresence } from './discord/presence.ts'
export { ContentError, type ContentErrorCode, contentErrors } from './errors.ts'
export { escapeHtml } from './escape-html.ts'
export { type FeedPost, feedPosts } from './feed.ts'
export { checkContent } from './import/check-content.ts'
export { expectChange } from './import/expect-change.ts'
export { type ImportOptions, type ImportReport, importContent } from './import/import-content.ts'
export { type NewPostOptions, newPost } from './import/new-post.ts'
export { openPool, type Pool } from './import/pool.ts'
export { fixOf } from './import/problems.ts'
export { reservedSegments } from './import/reserved.ts'
export { type WatchOptions, watchContent } from './import/watch.ts'
export type { AssetVariant, Heading, Problem } from './markdown/index.ts'
export { openBlog } from './open.ts'
export { type PostsOverview, readPostsOverview } from './overview.ts'
export { findPage, type SitePage } from './pages.ts'
export { findPermalink, findRedirect } from './permalinks.ts'
export { findHome, findPost, type Home, homeSlug, type Post, type PostLink, type PostPage } from './post.ts'
export { listPosts, type PostList, type PostSummary, pageOfPosts } from './posts.ts'
export { listProjects, type Project } from './projects.ts'
export {
  type ContentListing,
  type ExportOptions,
  type ExportReport,
  exportContent,
  type FolderManifest,
  type GitRepository,
  keepUploaded,
  type Lacking,
  listContent,
  type ManifestFile,
  manifestInput,
  type PublicationPlan,
  type PublicationRequest,
  preparePublication,
  publicationLimits,
  publishFiles,
  pullRepository,
  readFolder,
  readManifest,
  readOriginal,
  renewContent,
} from './publish/index.ts'
export { countReactions } from './reactions/count-reactions.ts'
export { type KeptReactions, readReactions } from './reactions/restore-reactions.ts'
export { type ToggledReaction, toggleReaction } from './reactions/toggle-reaction.ts'
export { type Appearance, nextAppearance, nextScheduledAt, postsAppearingBetween } from './scheduled.ts'
export { countParts, type OriginalPart, partBytes } from './schema/originals.ts'
export type { BlogTables } from './schema/tables.ts'
export { removeVerification, writeVerification } from './schema/verification.ts'
export { type PostHit, type PostSearch, searchPosts } from './search/search-posts.ts'
export { type ProjectHit, type ProjectSearch, searchProjects } from './search/search-projects.ts'
export { type PageHit, type SiteSearch, searchSite } from './search/search-site.ts'
export { findSeries, listSeries, type Series, seriesSlug } from './series.ts'
export { defaultSite, type NavigationLink, readSite, type Site, type SiteIcon, sourceUrlOf } from './site.ts'
export { type ColourName, colourNames, type Palettes } from './site-colours.ts'
export { type SitemapEntries, type SitemapEntry, sitemapEntries } from './sitemap.ts'
export { findTag, listTags, projectTags, type Tag, tagSlug } from './tags.ts'
