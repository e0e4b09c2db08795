import { feedRoutes } from './feeds/index.ts'
import type { Route } from './page.ts'
import { archivePage, archiveYearPage } from './pages/archive.tsx'
import { coloursPage } from './pages/colours.ts'
import { galleryPage } from './pages/gallery.tsx'
import { homePage } from './pages/home.tsx'
import { pageOrPermalink } from './pages/page.tsx'
import { postPage } from './pages/post.tsx'
import { postsPage } from './pages/posts.tsx'
import { projectsPage } from './pages/projects.tsx'
import { searchPage } from './pages/search.tsx'
import { seriesIndexPage, seriesPage } from './pages/series.tsx'
import { tagPage, tagsPage } from './pages/tags.tsx'

/** Every page of a site. The first match wins, so what catches everything is the last. */
export const routes: readonly Route[] = [
  ['GET', '/', homePage],
  ['GET', '/posts', postsPage, { query: ['q', 'tags', 'page'] }],
  ['GET', '/posts/:slug', postPage],
  ['GET', '/projects', projectsPage, { query: ['q', 'tags'] }],
  ['GET', '/search', searchPage, { query: ['q', 'page'] }],
  ['GET', '/tags', tagsPage],
  ['GET', '/tags/:tag', tagPage, { query: ['page'] }],
  ['GET', '/archive', archivePage],
  ['GET', '/archive/:year', archiveYearPage],
  ['GET', '/series', seriesIndexPage],
  ['GET', '/series/:series', seriesPage],
  ['GET', '/gallery', galleryPage, { query: ['q', 'tags'] }],
  ...feedRoutes,
  ['GET', '/colours/:file', coloursPage],
  ['GET', '/:path{.+}', pageOrPermalink],
]
