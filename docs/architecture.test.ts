import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const parts = globSync('{apps,packages}/*/package.json', { cwd: root }).map((file) => file.replace('/package.json', ''))
const arrow = (from: string, to: string) => `${from} --> ${to}`
const partNamed = (name: string) => parts.find((part) => part.endsWith(`/${name}`)) ?? `nowhere/${name}`

const drawn = [...read('docs/architecture.md').matchAll(/^ {2}(\S+ --> \S+)$/gm)].map(([, found]) => found!).toSorted()

/** Of tests too: what they need of other parts is an arrow as well. */
function importsOf(part: string): { file: string; to: string }[] {
  return globSync(`${part}/src/**/*.{ts,tsx}`, { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/(?:from|import)\s*\(?\s*'(@atoll\/[\w-]+|\.[^']*)/g)].flatMap(([, address = '']) => {
      const to = address.startsWith('@atoll/') ? partNamed(address.slice('@atoll/'.length)) : partAt(file, address)
      return to === part ? [] : [{ file, to }]
    }),
  )
}

function partAt(file: string, address: string): string {
  return relative(root, join(root, file, '..', address))
    .split('/')
    .slice(0, 2)
    .join('/')
}

describe('the drawing in docs/architecture.md', () => {
  it('has an arrow for each dependency that a package.json names, and no other', () => {
    const named = parts.flatMap((part) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(`${part}/package.json`))
      return Object.keys({ ...dependencies, ...devDependencies })
        .filter((name) => name.startsWith('@atoll/'))
        .map((name) => arrow(part, partNamed(name.slice('@atoll/'.length))))
    })
    expect(named.toSorted()).toEqual(drawn)
  })

  it('has an arrow for each import from one part to another, and no other', () => {
    const crossing = parts.flatMap((part) => importsOf(part).map(({ file, to }) => ({ file, way: arrow(part, to) })))
    expect(crossing.filter(({ way }) => !drawn.includes(way))).toEqual([])
    expect([...new Set(crossing.map(({ way }) => way))].toSorted()).toEqual(drawn)
  })

  it('goes one way: no part is made of itself', () => {
    const next = (part: string) => drawn.flatMap((way) => (way.startsWith(`${part} `) ? [way.split(' --> ')[1]!] : []))
    const reach = (part: string, way: string[] = []): string[] =>
      way.includes(part) ? [[...way, part].join(' --> ')] : next(part).flatMap((to) => reach(to, [...way, part]))
    expect(parts.flatMap((part) => reach(part))).toEqual([])
  })

  it('tells of every part', () => {
    const told = [...read('docs/architecture.md').matchAll(/^\| `((?:apps|packages)\/\w+)` /gm)].map(([, part]) => part)
    expect(told.toSorted()).toEqual(parts.toSorted())
  })
})
