import type { Repo } from '@atoll/repo'
import { sql } from 'kysely'
import type { Problem } from '../markdown/index.ts'
import { expiredBlobs } from '../schema/retired-blobs.ts'
import type { BlogTables, ContentStateTable } from '../schema/tables.ts'
import type { Site } from '../site.ts'
import { statement } from '../statement.ts'
import type { FileTask } from './compare.ts'
import type { AssetRow } from './jobs.ts'

/** What an import starts from. */
export interface Baseline {
  state: Omit<ContentStateTable, 'id'> | undefined
  /** JSON of `KnownSource[]`: the thread that scans reads it. */
  sources: string
  /** How many more there are: those that nobody asked about. */
  otherSources: number
  /** Problems of files that may not be read again, by path. */
  problems: ReadonlyMap<string, Problem[]>
  /** Only asked when something changed. */
  readCatalogue(): Promise<Catalogue>
  /** Files that asked for one of these assets when they were made. */
  readDependents(assets: string[]): Promise<FileTask[]>
}

/** Who has what, as published. */
export interface Catalogue {
  /** Slugs of posts by their files. */
  posts: ReadonlyMap<string, string>
  /** Slugs of posts by their permalinks. */
  permalinks: ReadonlyMap<string, string>
  /** Slugs of pages by their files. */
  pages: ReadonlyMap<string, string>
  /** In the order of their positions. */
  projects: readonly { name: string; source: string }[]
  /** JSON of `AssetRow[]`. */
  assets: string
  /** Hashes of the files that assets are made from. */
  assetHashes: readonly (readonly [path: string, hash: string])[]
  site: Site | undefined
}

/** With `paths` only of these files, and of those that lost against others, it is said what is known of them. */
export async function readBaseline(repo: Repo<BlogTables>, paths?: readonly string[]): Promise<Baseline> {
  const reader = repo.reader()
  const { state, sources, problems } = await reader.snapshot({
    state: reader.db
      .selectFrom('content_state')
      .select(['number', 'revision', 'origin', 'renderer', 'imported_at'])
      .select(sql<0 | 1>`max(has_garbage, exists (${expiredBlobs}))`.as('has_garbage'))
      .where('id', '=', 1),
    sources: paths ? selectSomeSources({ paths: JSON.stringify(paths) }) : selectSources({}),
    problems: reader.db.selectFrom('sources').select(['path', 'problems']).where('problems', '!=', '[]'),
  })
  return {
    state: state[0],
    sources: sources[0]!.json,
    otherSources: sources[0]!.others,
    problems: new Map(problems.map((row) => [row.path, JSON.parse(row.problems) as Problem[]])),
    readCatalogue: () => readCatalogue(repo),
    readDependents: (assets) => readDependents(repo, assets),
  }
}

/** As if nothing had ever been imported. */
export const emptyBaseline: Baseline = {
  state: undefined,
  sources: '[]',
  otherSources: 0,
  problems: new Map(),
  readCatalogue: async () => ({
    posts: new Map(),
    permalinks: new Map(),
    pages: new Map(),
    projects: [],
    assets: '[]',
    assetHashes: [],
    site: undefined,
  }),
  readDependents: async () => [],
}

async function readCatalogue(repo: Repo<BlogTables>): Promise<Catalogue> {
  const rows = await repo.reader().snapshot({
    posts: selectPosts({}),
    permalinks: selectPermalinks({}),
    pages: selectPages({}),
    projects: selectProjects({}),
    assets: selectAssets({}),
    assetHashes: selectAssetHashes({}),
    site: selectSite({}),
  })
  const parse = <Row>([row]: { json: string }[]) => JSON.parse(row!.json) as Row[]
  return {
    posts: new Map(parse<[string, string]>(rows.posts)),
    permalinks: new Map(parse<[string, string]>(rows.permalinks)),
    pages: new Map(parse<[string, string]>(rows.pages)),
    projects: parse<[string, string]>(rows.projects).map(([name, source]) => ({ name, source })),
    assets: rows.assets[0]!.json,
    assetHashes: parse<[string, string]>(rows.assetHashes),
    site: rows.site[0] && (JSON.parse(rows.site[0].settings) as Site),
  }
}

async function readDependents(repo: Repo<BlogTables>, assets: string[]): Promise<FileTask[]> {
  const { sources } = await repo.reader().snapshot({ sources: selectDependents({ assets: JSON.stringify(assets) }) })
  return sources.map((source) => ({ ...source, size: 0, modifiedAt: 0, isNew: false, knownHash: '' }))
}

// One text instead of thousands of rows: it crosses to the thread that needs it without being taken apart on the way.
const hasLost = `problems like '%"code":"duplicate!_%' escape '!'`
const knownSources = `json_group_array(json_array(path, kind, signature, hash, ${hasLost})) as json`
const selectSources = statement<{ json: string; others: number }>(`select ${knownSources}, 0 as others from sources`)
const selectSomeSources = statement<{ json: string; others: number }, { paths: string }>(
  `select ${knownSources}, (select count(*) from sources) - count(*) as others from sources
    where path in (select value from json_each(:paths)) or (problems != '[]' and ${hasLost})`,
)
const selectPosts = statement<{ json: string }>('select json_group_array(json_array(source, slug)) as json from posts')
const selectPages = statement<{ json: string }>('select json_group_array(json_array(source, slug)) as json from pages')
const selectPermalinks = statement<{ json: string }>(
  'select json_group_array(json_array(path, post_slug)) as json from permalinks',
)
const selectProjects = statement<{ json: string }>(
  'select json_group_array(json_array(name, source) order by position) as json from projects',
)
const selectAssetHashes = statement<{ json: string }>(
  `select json_group_array(json_array(path, hash)) as json from sources where kind = 'asset'`,
)
const selectSite = statement<{ settings: string }>('select settings from site')

const assetColumns: (keyof AssetRow)[] = [
  'name',
  'source',
  'kind',
  'content_type',
  'hash',
  'size',
  'width',
  'height',
  'lqip',
  'variants',
  'is_external',
]
const selectAssets = statement<{ json: string }>(
  `select json_group_array(json_object(${assetColumns.map((column) => `'${column}', ${column}`).join(', ')})) as json
  from assets`,
)
const selectDependents = statement<Pick<BlogTables['sources'], 'path' | 'kind' | 'signature'>, { assets: string }>(
  `select path, kind, signature from sources where exists (
    select 1 from json_each(depends_on) as asset where asset.key in (select value from json_each(:assets)))`,
)
