import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ManifestFile, readManifest } from './manifest.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('readManifest', () => {
  const file = (path: string): [string, string, number] => [path, sha256(path), 1]

  it.each([
    '../a.md',
    'posts/../../a.md',
    '/etc/passwd',
    'posts//a.md',
    'posts/.hidden.md',
    'posts/a\0.md',
    'posts\\a.md',
    '',
  ])('refuses the path %j', (path) =>
    expect(() => readManifest([file(path)])).toThrow(expect.objectContaining({ code: 'bad_path' })),
  )

  it('refuses a file that would be a folder too, and one that is listed twice', () => {
    for (const paths of [
      ['assets/a', 'assets/a/b'],
      ['assets/a', 'assets/a'],
    ]) {
      expect(() => readManifest(paths.map(file))).toThrow(expect.objectContaining({ code: 'bad_path' }))
    }
  })

  it('leaves out what the site does not use', () => {
    expect(readManifest([file('README.md'), file('posts/a.md')]).map(({ path }: ManifestFile) => path)).toEqual([
      'posts/a.md',
    ])
  })
})
