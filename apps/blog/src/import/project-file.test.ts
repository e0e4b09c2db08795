import { describe, expect, it } from 'vitest'
import { readProjects } from './project-file.ts'

const good = `projects:
  - name: atoll
    url: https://example.org/atoll
    description: A publishing system.
    tags: [TypeScript, SQLite]
`

const problemsOf = (text: string) => readProjects(text).problems.map(({ code, line }) => [code, line])

describe('readProjects', () => {
  it('reads the projects of a file in their order', () => {
    const { projects, problems, isComplete } = readProjects(
      `${good}  - name: reef\n    url: http://example.org\n    description: x\n`,
    )
    expect(projects.map(({ name, line }) => [name, line])).toEqual([
      ['atoll', 2],
      ['reef', 6],
    ])
    expect(projects[0]!.tags.map(({ slug }) => slug)).toEqual(['typescript', 'sqlite'])
    expect({ problems, isComplete }).toEqual({ problems: [], isComplete: true })
  })

  it('spells numbers as they were written', () => {
    const { projects } = readProjects(good.replace('SQLite', '1.0'))
    expect(projects[0]!.tags.map(({ label }) => label)).toEqual(['TypeScript', '1.0'])
  })

  it('leaves out an entry without a field and keeps the others', () => {
    const { projects, isComplete } = readProjects(`${good}  - name: reef\n    url: https://example.org\n`)
    expect(projects.map(({ name }) => name)).toEqual(['atoll'])
    expect(isComplete).toBe(true)
    expect(problemsOf(`${good}  - name: reef\n    url: https://example.org\n`)).toEqual([['bad_project', 6]])
  })

  it('says when it cannot tell which project an entry is', () => {
    expect(readProjects(`${good}  - url: https://example.org\n    description: x\n`).isComplete).toBe(false)
    expect(readProjects(`${good}  - just text\n`).isComplete).toBe(false)
  })

  it.each([
    ['a YAML error', 'projects:\n  - name: "x\n', 'bad_yaml'],
    ['a list without its key', '- name: x\n', 'bad_value'],
    ['an address that is a script', good.replace('https://example.org/atoll', 'javascript:alert(1)'), 'bad_project'],
    ['a name that comes twice', good + good.replace('projects:\n', ''), 'duplicate_project'],
  ])('reports %s', (_, text, code) => {
    expect(problemsOf(text)).toEqual([[code, expect.any(Number)]])
  })

  it('takes an empty file for one without projects', () => {
    expect(readProjects('')).toEqual({ projects: [], problems: [], wrong: [], isComplete: true })
    expect(readProjects('projects:\n').problems).toEqual([])
  })
})
