import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { reactionTables } from '../reactions/schema.ts'

/** In the order of their names. A migration that has landed is never edited: a test holds their hashes. */
export const migrations: Record<string, Migration> = {
  '001-content': {
    async up(db) {
      for (const statement of content) await sql.raw(statement).execute(db)
    },
  },
  '002-originals': {
    async up(db) {
      for (const statement of originals) await sql.raw(statement).execute(db)
    },
  },
  '003-reactions': {
    async up(db) {
      for (const statement of reactionTables) await sql.raw(statement).execute(db)
    },
  },
  '004-verifications': {
    async up(db) {
      for (const statement of verifications) await sql.raw(statement).execute(db)
    },
  },
  '005-pages-in-search': {
    async up(db) {
      for (const statement of pagesInSearch) await sql.raw(statement).execute(db)
    },
  },
  '006-retired-blobs': {
    async up(db) {
      await sql.raw(retiredBlobs).execute(db)
    },
  },
}

const retiredBlobs = 'create table retired_blobs (hash text primary key, retired_at text not null) without rowid'

const pagesInSearch = [
  ...['insert', 'delete', 'update'].map(
    (change) => `create trigger pages_search_${change} after ${change} on pages begin
    insert into changes (topic, commit_number) select 'search', number from commits where true
    on conflict (topic) do update set commit_number = excluded.commit_number
    where commit_number < excluded.commit_number;
  end`,
  ),
  // For words whose first letter was mistyped.
  `create index words_tail on words (substr(word, 2))`,
]

/**
 * How many posts that are not drafts have each tag: every list shows it, and counting 30,000 rows takes 8 ms. Deleting
 * a post deletes its tags while the post can still be asked whether it is a draft; cascading would come too late.
 */
const countTags = [
  `create table tag_counts (tag text primary key, posts integer not null) without rowid`,
  `create trigger post_tags_count_insert after insert on post_tags begin
    insert into tag_counts (tag, posts) select new.tag, 1 from posts where id = new.post_id and is_draft = 0
    on conflict (tag) do update set posts = posts + 1;
  end`,
  `create trigger post_tags_count_delete after delete on post_tags begin
    update tag_counts set posts = posts - 1
    where tag = old.tag and exists (select 1 from posts where id = old.post_id and is_draft = 0);
  end`,
  `create trigger posts_count_tags after update of is_draft on posts when old.is_draft is not new.is_draft begin
    insert into tag_counts (tag, posts) select tag, iif(new.is_draft, -1, 1) from post_tags where post_id = new.id
    on conflict (tag) do update set posts = posts + excluded.posts;
  end`,
  `create trigger posts_untag before delete on posts begin
    delete from post_tags where post_id = old.id;
  end`,
]

const content = [
  `create table documents (
    id integer primary key,
    key text not null unique,
    kind text not null,
    description text not null,
    summary_html text not null,
    search_title text not null,
    search_tags text not null,
    search_description text not null,
    search_text text not null,
    facets text not null,
    headings text not null,
    html text not null
  )`,
  `create virtual table documents_fts using fts5(
    search_title, search_tags, search_description, search_text, facets,
    content='documents', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2', prefix='1 2 3 4 5'
  )`,
  `create virtual table titles_fts using fts5(
    search_title, search_tags, facets,
    content='documents', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2', prefix='1 2 3 4 5'
  )`,
  `create trigger documents_inserted after insert on documents begin
    insert into documents_fts(rowid, search_title, search_tags, search_description, search_text, facets)
    values (new.id, new.search_title, new.search_tags, new.search_description, new.search_text, new.facets);
    insert into titles_fts(rowid, search_title, search_tags, facets)
    values (new.id, new.search_title, new.search_tags, new.facets);
  end`,
  `create trigger documents_deleted after delete on documents begin
    insert into documents_fts(documents_fts, rowid, search_title, search_tags, search_description, search_text, facets)
    values ('delete', old.id, old.search_title, old.search_tags, old.search_description, old.search_text, old.facets);
    insert into titles_fts(titles_fts, rowid, search_title, search_tags, facets)
    values ('delete', old.id, old.search_title, old.search_tags, old.facets);
  end`,
  `create table words (word text primary key) without rowid`,
  `create table posts (
    id integer primary key,
    slug text not null unique,
    source text not null,
    document_id integer not null references documents(id),
    title text not null,
    summary_hash text not null,
    is_draft integer not null,
    published_at text,
    listed_at text not null,
    updated_at text,
    series text,
    series_part integer,
    reading_minutes integer not null,
    words integer not null,
    tags text not null,
    permalinks text not null,
    image text
  )`,
  `create index posts_listed on posts (listed_at desc, id desc) where is_draft = 0`,
  `create index posts_source on posts (source)`,
  `create index posts_document on posts (document_id, is_draft, listed_at)`,
  `create index posts_series on posts (series, series_part, listed_at) where series is not null`,
  `create table tags (slug text primary key, label text not null) without rowid`,
  `create table post_tags (
    tag text not null, post_id integer not null references posts(id) on delete cascade,
    primary key (tag, post_id)
  ) without rowid`,
  `create index post_tags_post on post_tags (post_id)`,
  ...countTags,
  `create table projects (
    id integer primary key,
    name text not null unique,
    source text not null,
    document_id integer not null references documents(id),
    url text not null,
    description text not null,
    tags text not null,
    position integer not null,
    created_at text not null
  )`,
  `create index projects_document on projects (document_id)`,
  `create table project_tags (
    tag text not null, project_id integer not null references projects(id) on delete cascade,
    primary key (tag, project_id)
  ) without rowid`,
  `create index project_tags_project on project_tags (project_id)`,
  `create table pages (
    slug text primary key, source text not null, document_id integer not null references documents(id),
    title text not null, description text not null, updated_at text
  ) without rowid`,
  `create table permalinks (path text primary key, post_slug text not null) without rowid`,
  `create table redirects (from_slug text primary key, to_slug text not null) without rowid`,
  `create table assets (
    name text primary key,
    source text not null,
    kind text not null,
    content_type text not null,
    hash text not null,
    size integer not null,
    width integer,
    height integer,
    lqip integer,
    variants text not null,
    is_external integer not null
  ) without rowid`,
  `create table blobs (hash text primary key, content_type text not null, bytes blob not null)`,
  `create table sources (
    path text primary key, kind text not null, signature text not null, hash text not null,
    problems text not null, depends_on text not null
  ) without rowid`,
  `create table site (id integer primary key check (id = 1), settings text not null)`,
  `create table content_state (
    id integer primary key check (id = 1), number integer not null, revision integer not null, origin text not null,
    renderer text not null, imported_at text not null, has_garbage integer not null
  )`,
  `create table imports (id text primary key, base integer not null) without rowid`,
  `create table staged_posts (
    import text not null,
    slug text not null,
    source text not null,
    document_id integer not null,
    title text not null,
    summary_hash text not null,
    is_draft integer not null,
    published_at text,
    listed_at text not null,
    updated_at text,
    series text,
    series_part integer,
    reading_minutes integer not null,
    words integer not null,
    tags text not null,
    tag_slugs text not null,
    permalinks text not null,
    image text
  )`,
  ...touches('posts', 'slug', ['titles', 'posts', 'search'], {
    titles: ['slug', 'title', 'is_draft', 'listed_at', 'tags', 'series', 'series_part'],
    posts: ['slug', 'title', 'is_draft', 'listed_at', 'updated_at', 'tags', 'summary_hash', 'reading_minutes', 'image'],
    search: ['slug', 'title', 'is_draft', 'listed_at', 'tags', 'document_id'],
  }),
  ...touches('projects', null, ['projects', 'search'], {}),
  ...touches('pages', 'slug', ['pages'], { pages: ['slug', 'title', 'description', 'updated_at'] }),
  ...touches('permalinks', null, ['permalinks'], {}),
  ...touches('redirects', null, ['permalinks'], {}),
  ...touches('assets', 'name', [], {}),
  ...touches('site', null, ['site'], {}),
]

const verifications = [
  `create table verifications (
    run text not null, value text not null, written_at integer not null default (unixepoch()), primary key (run, value)
  ) without rowid`,
]

const originals = [
  `create table originals (
    hash text primary key, size integer not null, is_whole integer not null, kept_at integer not null
  ) without rowid`,
  `create table original_parts (
    hash text not null references originals(hash) on delete cascade, part integer not null, bytes blob not null,
    primary key (hash, part)
  )`,
  // Names this site for as long as its database lives: a backup of another one is told by it.
  `create table site_identity (id integer primary key check (id = 1), site text not null)`,
  `insert into site_identity (id, site) values (1, lower(hex(randomblob(16))))`,
  // Every file is read once more, so that the bytes of those that were imported before are kept too.
  `update sources set signature = '', hash = ''`,
]

/**
 * Triggers that write the touched topics of a table: `<table's singular>:<key>` for the row, and each of `topics`,
 * on insert, delete, and an update that changes one of the topic's columns (of any column where none are named).
 */
function touches(table: string, key: string | null, topics: string[], columns: Record<string, string[]>): string[] {
  const singular = table.replace(/s$/, '')
  const touch = (topic: string, when = '') =>
    `insert into changes (topic, commit_number) select ${topic}, number from commits ${when || 'where true'}
     on conflict (topic) do update set commit_number = excluded.commit_number
     where commit_number < excluded.commit_number;`
  const row = (side: 'new' | 'old') => (key ? touch(`'${singular}:' || ${side}.${key}`) : '')
  const all = topics.map((topic) => touch(`'${topic}'`)).join('\n')
  const changed = topics
    .map((topic) => {
      const differing = columns[topic]?.map((column) => `old.${column} is not new.${column}`).join(' or ')
      return touch(`'${topic}'`, differing && `where ${differing}`)
    })
    .join('\n')
  return [
    `create trigger ${table}_touch_insert after insert on ${table} begin ${row('new')} ${all} end`,
    `create trigger ${table}_touch_delete after delete on ${table} begin ${row('old')} ${all} end`,
    `create trigger ${table}_touch_update after update on ${table} begin ${row('old')} ${row('new')} ${changed} end`,
  ]
}
