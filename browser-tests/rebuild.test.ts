import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { copyCheckout } from './checkout.ts'
import { type RunningSite, startSite } from './site.ts'

let folder: string
let site: RunningSite

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-rebuild-'))
  copyCheckout(folder)
  mkdirSync(join(folder, 'content/posts'), { recursive: true })
  site = await startSite(join(folder, 'content'), {}, folder)
}, 60_000)
afterAll(async () => {
  await site?.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('a site goes on importing while the program it was started from is built anew, twice', async () => {
  for (const build of ['first', 'second']) {
    appendFileSync(join(folder, 'apps/blog/src/import/worker.ts'), `\nconsole.debug('the ${build} build')\n`)
    execFileSync(process.execPath, [join(folder, 'build.ts')])
  }
  writeFileSync(join(folder, 'content/posts/note.md'), '---\ntitle: Note\n---\n\nWritten after it.\n')
  const text = async () => (await fetch(`${site.url}/posts/note`)).text()
  await expect.poll(text, { timeout: 15_000 }).toContain('Written after it.')
}, 60_000)
