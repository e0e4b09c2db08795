import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pullRepository } from './git-repository.ts'
import { serveRepositories } from './testing/serve-repositories.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'atoll-git-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function commit(repository: string) {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: repository })
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'Write')
}

describe('pullRepository', () => {
  it('follows a repository over https, and shows its credentials there', async () => {
    const repository = join(home, 'served/blog')
    mkdirSync(join(repository, 'posts'), { recursive: true })
    const server = await serveRepositories(join(home, 'served'))
    vi.stubEnv('GIT_SSL_CAINFO', server.certificate)
    try {
      for (const text of ['First.', 'Second.']) {
        writeFileSync(join(repository, 'posts/hello.md'), text)
        commit(repository)
        const content = await pullRepository({ url: server.urlOf('blog') }, join(home, 'clone'))
        expect(readFileSync(join(content, 'posts/hello.md'), 'utf8')).toBe(text)
      }
      const stranger = server.urlOf('blog').replace('of-these-tests', 'guessed')
      await expect(pullRepository({ url: stranger }, join(home, 'other'))).rejects.toMatchObject({ code: 'git_failed' })
    } finally {
      vi.unstubAllEnvs()
      await server.close()
    }
  })

  it('tells no credentials of the address when it fails, in its cause neither', async () => {
    const clone = join(home, 'clone')
    // As a process leaves it that was killed at a bad moment.
    mkdirSync(join(clone, '.git'), { recursive: true })
    const url = 'https://ghp_secret@example.org/content.git'
    const error: Error = await pullRepository({ url }, clone).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'git_failed' })
    expect(`${error.message} ${error.stack} ${(error.cause as Error).stack}`).not.toContain('ghp_secret')
  })

  it.skipIf(process.getuid?.() !== 0)(
    'follows a folder of another user of this machine (needs root to make one)',
    async () => {
      const url = join(home, 'repository')
      mkdirSync(url)
      writeFileSync(join(url, 'site.yaml'), '')
      commit(url)
      for (const path of [url, join(url, '.git')]) chownSync(path, 65534, 65534)
      await expect(pullRepository({ url }, join(home, 'clone'))).resolves.toBe(join(home, 'clone'))
    },
  )

  it('says in one line what git said', async () => {
    const failing = pullRepository({ url: join(home, 'nothing') }, join(home, 'clone'))
    await expect(failing).rejects.toThrow(
      /^cannot pull the content: fatal: '.*nothing' does not appear to be a git repo/,
    )
  })

  it('takes no content folder that leads out of the repository', async () => {
    const url = join(home, 'repository')
    mkdirSync(join(url, 'real'), { recursive: true })
    writeFileSync(join(url, 'real/site.yaml'), '')
    symlinkSync('real', join(url, 'inside'))
    symlinkSync(home, join(url, 'outside'))
    commit(url)
    const pull = (path: string) => pullRepository({ url, path }, join(home, 'clone'))
    await expect(pull('inside')).resolves.toBe(join(home, 'clone/inside'))
    await expect(pull('outside')).rejects.toMatchObject({ code: 'missing_folder' })
  })
})
