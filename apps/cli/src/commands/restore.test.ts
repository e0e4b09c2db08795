import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countReactions, openBlog, toggleReaction } from '@atoll/blog'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestSite } from '../testing/open-site.ts'

const nobody = 65534
const command = join(import.meta.dirname, '../../bin/atoll.js')
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'atoll-commands-'))
  mkdirSync(join(home, 'content/posts'), { recursive: true })
  writePost('one')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const writePost = (slug: string) =>
  writeFileSync(join(home, `content/posts/${slug}.md`), `---\ntitle: ${slug}\nslug: ${slug}\n---\nText.\n`)

async function atoll(
  args: string[],
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [command, ...args], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      ATOLL_CONTENT: join(home, 'content'),
      ATOLL_DATA: join(home, 'data'),
      ATOLL_BACKUP_TO: join(home, 'backups'),
      ...more,
    },
    timeout: 30_000,
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

async function slugs() {
  const repo = await openBlog({ file: join(home, 'data/atoll.db') })
  const rows = await repo.db.selectFrom('posts').select('slug').orderBy('slug').execute()
  await repo.close()
  return rows.map(({ slug }) => slug)
}

describe('atoll backup and atoll restore', () => {
  it('keep a database, prove it, and bring it back', async () => {
    await atoll(['import'])
    expect(await atoll(['backup'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^backup 2\d{3}-.* pieces were new\n$/),
    })
    writePost('two')
    await atoll(['import'])
    expect(await atoll(['backup', '--drill'])).toMatchObject({ code: 0, out: expect.stringContaining('is whole') })
    expect(await atoll(['restore'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('what was there is kept as'),
    })
    expect(readdirSync(join(home, 'data')).filter((name) => name.startsWith('.'))).toEqual([])
    expect(await slugs()).toEqual(['one'])
    expect((await atoll(['backup', '--list'])).out).toMatch(/Z\nlast drill .* is whole\n$/)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'leave nothing to root that the site has to write to (needs root to be it)',
    async () => {
      chmodSync(home, 0o755)
      mkdirSync(join(home, 'backups'))
      chownSync(join(home, 'backups'), nobody, nobody)
      const asRoot = (...args: string[]) => atoll(args, { ATOLL_USER: 'nobody', HOME: home })
      for (const args of [['token'], ['import'], ['backup'], ['restore']]) {
        expect(await asRoot(...args), args[0]).toMatchObject({ code: 0 })
      }
      const made = ['data', 'backups'].flatMap((folder) =>
        readdirSync(join(home, folder), { recursive: true }).map((file) => join(home, folder, String(file))),
      )
      expect(made.length).toBeGreaterThan(4)
      expect(made.filter((file) => statSync(file).uid !== nobody)).toEqual([])
    },
  )

  it('bring the content back into a running site, all at once, and what readers left', async () => {
    await atoll(['import'])
    const kept = await openBlog({ file: join(home, 'data/atoll.db') })
    await kept.run(toggleReaction, { post: 'one', kind: '👍', person: 'somebody', wanted: 'on' as const })
    await kept.close()
    await atoll(['backup'])
    const site = await openTestSite()
    try {
      const done = await atoll(['restore', '--to', site.url, '--token', site.token('publish')])
      expect(done).toMatchObject({ code: 0, out: expect.stringContaining('1 files') })
      expect((await fetch(`${site.url}/posts/one`)).status).toBe(200)
      expect(await countReactions(site.repo.reader(), 'one', ['👍'])).toEqual([{ kind: '👍', count: 1 }])
    } finally {
      await site.close()
    }
  })

  it('never make an empty database beside that of several nodes', async () => {
    const refused = expect.stringMatching(/^atoll: ATOLL_REPLICATION: the database is that of several nodes; .*\n$/)
    for (const words of [['restore'], ['export', join(home, 'out')]]) {
      expect(await atoll(words, { ATOLL_REPLICATION: 'litefs' })).toMatchObject({ code: 1, err: refused })
    }
    expect(existsSync(join(home, 'data'))).toBe(false)
  })

  it('say in one line what is wrong', async () => {
    expect(await atoll(['restore'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^atoll: nothing is stored there\. .*\n$/),
    })
    expect(await atoll(['restore', '--at', 'noon'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^atoll: --at: found "noon".*\n$/),
    })
  })
})
