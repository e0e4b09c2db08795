/** One address for each kind of page of the sample site. */
export const pagesOfEveryKind = {
  home: '/',
  list: '/posts',
  'second page of the list': '/posts?page=2',
  'list with a tag': '/posts?tags=sqlite',
  article: '/posts/kitchen-sink',
  tags: '/tags',
  tag: '/tags/sqlite',
  archive: '/archive',
  'series list': '/series',
  projects: '/projects',
  'search without a question': '/search',
  'search with answers': '/search?q=sqlite',
  'search without answers': '/search?q=zzzzqqqq',
  gallery: '/gallery',
  'page of its own': '/about',
  missing: '/there-is-no-such-page',
}
