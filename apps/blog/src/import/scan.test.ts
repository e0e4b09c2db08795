import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareSources, type KnownSource } from './compare.ts'
import { scanFolder } from './scan.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'atoll-scan-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, text = path) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const pathsIn = () =>
  scanFolder(folder)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, kind }) => `${kind} ${path}`)

describe('scanFolder', () => {
  it('finds the files of the site, in sub-folders too', () => {
    for (const path of [
      'posts/b.md',
      'posts/2025/a.md',
      'pages/about.md',
      'projects/all.yaml',
      'assets/cats/tom.png',
    ]) {
      write(path)
    }
    for (const path of ['site.yaml', 'custom.css', 'favicon.ico', 'icon-192x192.png']) write(path)
    expect(pathsIn()).toEqual([
      'asset assets/cats/tom.png',
      'site custom.css',
      'site favicon.ico',
      'site icon-192x192.png',
      'page pages/about.md',
      'post posts/2025/a.md',
      'post posts/b.md',
      'project projects/all.yaml',
      'site site.yaml',
    ])
  })

  it('leaves out dot files, backups and what is no part of the site', () => {
    for (const path of ['posts/.a.md', 'posts/a.md~', 'posts/notes.txt', 'README.md', 'drafts/a.md', '.git/HEAD'])
      write(path)
    expect(pathsIn()).toEqual([])
  })

  it('follows links inside the folder and none that lead out of it', () => {
    write('posts/a.md')
    symlinkSync('a.md', join(folder, 'posts/link.md'))
    symlinkSync(join(folder, 'posts'), join(folder, 'posts/loop'))
    symlinkSync('/etc/hostname', join(folder, 'posts/outside.md'))
    symlinkSync('nowhere.md', join(folder, 'posts/broken.md'))
    expect(pathsIn()).toEqual(['post posts/a.md', 'post posts/link.md'])
  })
})

describe('compareSources', () => {
  const settled = () => scanFolder(folder).map((file) => ({ ...file, signature: file.signature.replace('?', '') }))
  const remember = (): KnownSource[] => settled().map(({ path, kind, signature }) => [path, kind, signature, 'hash', 0])
  const taskPaths = (known: KnownSource[]) => compareSources(settled(), known, []).tasks.map(({ path }) => path)

  it('asks for nothing when nothing changed', () => {
    write('posts/a.md')
    expect(taskPaths(remember())).toEqual([])
  })

  it('asks for new and changed files and names deleted ones', () => {
    for (const path of ['posts/a.md', 'posts/b.md', 'posts/c.md']) write(path)
    const known = remember()
    write('posts/b.md', 'longer than before')
    write('posts/d.md')
    rmSync(join(folder, 'posts/a.md'))
    expect(taskPaths(known)).toEqual(['posts/b.md', 'posts/d.md'])
    expect(compareSources(settled(), known, []).deleted).toEqual([{ path: 'posts/a.md', kind: 'post', hash: 'hash' }])
  })

  it('notices a file that was replaced by one of the same size and time', () => {
    write('posts/a.md', 'one')
    utimesSync(join(folder, 'posts/a.md'), 5, 5)
    const known = remember()
    rmSync(join(folder, 'posts/a.md'))
    write('posts/a.md', 'two')
    utimesSync(join(folder, 'posts/a.md'), 5, 5)
    expect(taskPaths(known)).toEqual(['posts/a.md'])
  })

  it('does not trust a file that was written just now', () => {
    write('posts/a.md')
    const files = scanFolder(folder)
    const known: KnownSource[] = files.map(({ path, kind, signature }) => [path, kind, signature, 'hash', 0])
    expect(compareSources(files, known, []).tasks).toHaveLength(1)
  })

  it('tries files again that lost against others, but only when something changed', () => {
    write('posts/a.md')
    const known = remember().map((source) => source.with(4, 1) as KnownSource)
    expect(taskPaths(known)).toEqual([])
    write('posts/b.md')
    expect(taskPaths(known)).toEqual(['posts/a.md', 'posts/b.md'])
  })

  it('asks for everything of an outdated kind', () => {
    write('posts/a.md')
    write('assets/a.png')
    const { tasks } = compareSources(settled(), remember(), ['post'])
    expect(tasks.map(({ path, knownHash }) => [path, knownHash])).toEqual([['posts/a.md', '']])
  })

  it('notices a file that went back in time', () => {
    write('posts/a.md')
    const known = remember()
    expect(compareSources(settled(), known, []).wentBack).toBe(false)
    utimesSync(join(folder, 'posts/a.md'), 5, 5)
    expect(compareSources(settled(), known, []).wentBack).toBe(true)
  })
})
