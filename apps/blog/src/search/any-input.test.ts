import SQLite from 'better-sqlite3'
import fc from 'fast-check'
import { Kysely, SqliteDialect } from 'kysely'
import { describe, it } from 'vitest'
import { migrations } from '../schema/migrations.ts'
import { createMarker, soughtIn } from './marks.ts'
import { matchOthers, toMatch } from './match.ts'
import { limits, parseSearch } from './parse.ts'
import { found } from './ranking.ts'
import { searchable } from './searchable.ts'
import { readText, storeText } from './stored-text.ts'

/** CI asks for a million. */
const runs = Number(process.env.ATOLL_TEST_RUNS ?? 20_000)

const texts = [
  'Learning Elixir: distributed systems, node.js & C++ at 50%, e-mail. don’t!',
  '東京タワーは東京にあります。カフェ café ที่นี่ 한국어 🎉 𠮷野家',
  'a b c d e title tag NEAR AND OR NOT',
]

const fragments = [
  ...['"', "'", '“', '”', '(', ')', '*', '^', '-', '--', '+', ':', '!', '!!', '&', '&&', '|', '||', ',', '{', '}', '~'],
  ...[' ', '  ', '\t', '\n', '\u0000', '\u200b', '\ue000', '\ue000all', '\ud83c', '\udf89', '\\', '%', '_', ';', '<'],
  ...['AND', 'OR', 'NOT', 'NEAR', 'NEAR(', 'NEAR(a b, 3)', 'and', 'title:', 'tag:', 'name :', 'body:', 'rowid:'],
  ...['search_title:', 'facets : ', '{search_title}:', 'documents_fts', 'rank', 'NULL', "' or 1=1 --", '/*', '*/'],
  ...[
    'elixir',
    'Elix',
    'distributed',
    'e-mail',
    'node.js',
    'café',
    'cafe\u0301',
    '東京',
    'タワー',
    'ที่',
    '한국어',
    'a',
    '5',
  ],
]

const typed = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join('')) },
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(' ')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
)

describe('any input at all', () => {
  it(`is a valid query, ${runs} times`, { timeout: 60_000 + runs }, async () => {
    const sqlite = await openIndex()
    const search = sqlite.prepare(`with ${found} select id, tier, score from found`)
    const others = sqlite.prepare('select rowid from documents_fts where documents_fts match ?')
    const kinds = ['post', 'project', 'site'] as const
    fc.assert(
      fc.property(typed, fc.constantFrom(...kinds), fc.array(fc.string(), { maxLength: 2 }), (input, kind, tags) => {
        const query = parseSearch(input)
        if (!query) return true
        search.all(toMatch(query, { kind, tags }))
        others.all(matchOthers(query))
        const marker = createMarker(soughtIn(query, ['title', 'description', 'text']))
        return texts.every((text) => {
          marker.excerpt(readText(storeText(text)))
          return (
            text ===
            marker
              .mark(text)
              .map((piece) => piece.text)
              .join('')
          )
        })
      }),
      { numRuns: runs },
    )
    sqlite.close()
  })

  it('is cut to what can be answered in time', async () => {
    const sqlite = await openIndex()
    const search = sqlite.prepare(`with ${found} select count(*) from found`)
    const deep = ['(a OR ', '(a ', '!(a ', '((', 'a AND (b OR NOT ', 'title:(tag:(', '"a b" ', '日', 'a* ']
    for (const part of deep) {
      const query = parseSearch(part.repeat(limits.characters))
      if (query)
        search.all(toMatch(query, { kind: 'post', tags: Array.from({ length: 5000 }, (_, index) => `${index}`) }))
    }
    sqlite.close()
  })
})

async function openIndex(): Promise<SQLite.Database> {
  const sqlite = new SQLite(':memory:')
  const db = new Kysely<never>({ dialect: new SqliteDialect({ database: sqlite }) })
  sqlite.exec('create table commits (id, number); create table changes (topic primary key, commit_number)')
  for (const migration of Object.values(migrations)) await migration.up(db)
  for (const [index, text] of texts.entries()) {
    const columns = searchable({ kind: 'post', title: text, tags: ['a'], description: text, text })
    const row = {
      key: `${index}`,
      kind: 'post',
      description: '',
      summary_html: '',
      html: '',
      headings: '[]',
      ...columns,
    }
    const names = Object.keys(row)
    sqlite.prepare(`insert into documents (${names}) values (${names.map((name) => `:${name}`)})`).run(row)
  }
  return sqlite
}
