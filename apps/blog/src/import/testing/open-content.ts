import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openRepo, type Repo } from '@atoll/repo'
import { afterAll } from 'vitest'
import type { BlogTables } from '../../schema/tables.ts'
import { type ImportOptions, type ImportReport, importContent } from '../import-content.ts'
import { openPool, type Pool } from '../pool.ts'

/** In memory where there is such a folder: each import waits for the disk several times. */
const fastest = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

// Starting a thread takes longer than most imports here: those of one test file share one.
const threads = openPool({ size: 1 })
afterAll(threads.close)
const pool = { ...threads, close: async () => {} }

export interface TestContent {
  folder: string
  file: string
  repo: Repo<BlogTables>
  /** Threads that outlive an import. */
  pool: Pool
  write(path: string, text: string | Uint8Array): void
  /** A post with this front matter beside its title. */
  writePost(name: string, keys?: string, body?: string): void
  remove(path: string): void
  move(from: string, to: string): void
  /** Dates every file back, so that all are as old as this. */
  age(path: string, seconds: number): void
  run(options?: Partial<ImportOptions>): Promise<ImportReport>
  /** `path:line code` of all problems. */
  problems(options?: Partial<ImportOptions>): Promise<string[]>
  slugs(): Promise<string[]>
  html(slug: string): Promise<string | undefined>
  close(): Promise<void>
}

/** A content folder and a database, both real and both empty. */
export async function openContent(
  schema: URL = new URL('../../schema/index.ts', import.meta.url),
): Promise<TestContent> {
  const home = realpathSync(mkdtempSync(join(fastest, 'atoll-import-')))
  const folder = join(home, 'content')
  const file = join(home, 'atoll.db')
  mkdirSync(folder)
  const repo = await openRepo<BlogTables>({ file, schema })
  const run = (options: Partial<ImportOptions> = {}) => importContent({ repo, folder, pool, ...options })

  function write(path: string, text: string | Uint8Array) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }

  return {
    folder,
    file,
    repo,
    pool,
    write,
    writePost(name, keys = '', body = 'Text.') {
      write(`posts/${name}.md`, `---\ntitle: ${name}\n${keys}\n---\n${body}\n`)
    },
    remove: (path) => rmSync(join(folder, path)),
    move(from, to) {
      mkdirSync(dirname(join(folder, to)), { recursive: true })
      renameSync(join(folder, from), join(folder, to))
    },
    age: (path, seconds) => utimesSync(join(folder, path), seconds, seconds),
    run,
    async problems(options) {
      const { problems } = await run(options)
      return problems.map(({ path, line, code }) => `${path}:${line} ${code}`)
    },
    async slugs() {
      const rows = await repo.db.selectFrom('posts').select('slug').orderBy('slug').execute()
      return rows.map(({ slug }) => slug)
    },
    async html(slug) {
      const row = await repo.db
        .selectFrom('posts')
        .innerJoin('documents', 'documents.id', 'document_id')
        .select('html')
        .where('slug', '=', slug)
        .executeTakeFirst()
      return row?.html
    },
    async close() {
      await repo.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
