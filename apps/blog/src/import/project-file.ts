import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { keepNumbersAsWritten, type Problem, yamlMessage } from '../markdown/index.ts'
import { readFields } from './field-reader.ts'
import { type Tag, toTags } from './post-file.ts'
import { problemOf } from './problems.ts'

export interface ProjectEntry {
  name: string
  url: string
  description: string
  tags: Tag[]
  line: number
}

export interface ProjectFile {
  projects: ProjectEntry[]
  problems: Problem[]
  /** Names of entries that are wrong: what they made before stays. */
  wrong: string[]
  /** False when there is an entry whose name cannot be told. */
  isComplete: boolean
}

/** Reads `projects:` of a YAML file. A wrong entry is reported and left out; the others stand. */
export function readProjects(text: string): ProjectFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const lineAt = (node: Node | null | undefined) => (node?.range ? lines.linePos(node.range[0]).line : 1)

  const broken = document.errors[0]
  if (broken) return nothing(problemOf('bad_yaml', lines.linePos(broken.pos[0]).line, yamlMessage(broken)))
  keepNumbersAsWritten(document)
  if (document.contents === null) return { projects: [], problems: [], wrong: [], isComplete: true }
  const list = isMap(document.contents) ? document.contents.get('projects', true) : undefined
  if (isScalar(list) && list.value === null) return { projects: [], problems: [], wrong: [], isComplete: true }
  if (!isSeq(list)) return nothing(problemOf('bad_value', 1, 'expected `projects:` and a list'))

  const projects = new Map<string, ProjectEntry>()
  const problems: Problem[] = []
  const wrong: string[] = []
  for (const item of list.items as Node[]) {
    const entry = readEntry(item)
    if (entry.problems.length > 0) {
      problems.push(...entry.problems)
      wrong.push(entry.name)
    } else if (projects.has(entry.name)) {
      problems.push(problemOf('duplicate_project', entry.line, `the project "${entry.name}" is in this file twice`))
    } else projects.set(entry.name, entry)
  }
  return { projects: [...projects.values()], problems, wrong, isComplete: !wrong.includes('') }

  function readEntry(item: Node): ProjectEntry & { problems: Problem[] } {
    const line = lineAt(item)
    const values = isMap(item) ? (item.toJS(document) as Record<string, unknown>) : {}
    const lineOf = (key: string) => lineAt(isMap(item) ? (item.get(key, true) as Node | undefined) : undefined)
    const read = readFields({ values, lineOf: (key) => (key in values ? lineOf(key) : line) })
    const [name = '', url = '', description = ''] = [read.text('name'), read.text('url'), read.text('description')]
    const missing = Object.entries({ name, url, description }).flatMap(([key, value]) => (value ? [] : [key]))
    if (missing.length > 0) {
      read.report('bad_project', 'name', `project ${name ? `"${name}" ` : ''}without ${missing.join(' and ')}`)
    } else if (!isWebAddress(url)) {
      read.report('bad_project', 'url', `project "${name}": its url does not start with https:// or http://`)
    }
    return { name, url, description, tags: toTags(read.list('tags')), line, problems: read.problems }
  }
}

function nothing(problem: Problem): ProjectFile {
  return { projects: [], problems: [problem], wrong: [], isComplete: false }
}

/** Anything else in a link, such as `javascript:`, would run in the reader's browser. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url)
}
