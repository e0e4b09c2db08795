import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pullRepository } from './git-repository.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'atoll-git-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('pullRepository', () => {
  it('tells no credentials of the address when it fails, in its cause neither', async () => {
    const clone = join(home, 'clone')
    // As a process leaves it that was killed at a bad moment.
    mkdirSync(join(clone, '.git'), { recursive: true })
    const url = 'https://ghp_secret@example.org/content.git'
    const error: Error = await pullRepository({ url }, clone).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'git_failed' })
    expect(`${error.message} ${error.stack} ${(error.cause as Error).stack}`).not.toContain('ghp_secret')
  })

  it('takes no content folder that leads out of the repository', async () => {
    const url = join(home, 'repository')
    mkdirSync(join(url, 'real'), { recursive: true })
    writeFileSync(join(url, 'real/site.yaml'), '')
    symlinkSync('real', join(url, 'inside'))
    symlinkSync(home, join(url, 'outside'))
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: url })
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '-m', 'Write')
    const pull = (path: string) => pullRepository({ url, path }, join(home, 'clone'))
    await expect(pull('inside')).resolves.toBe(join(home, 'clone/inside'))
    await expect(pull('outside')).rejects.toMatchObject({ code: 'missing_folder' })
  })
})
