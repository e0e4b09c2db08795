import type { LineClass } from './token-classes.ts'

/** What the first line of a code block says: ```ts {1,3-5} title="server.ts" */
export interface CodeOptions {
  language: string
  title?: string
  /** Numbers of lines, 1 for the first. */
  highlighted: ReadonlySet<number>
}

export function readFirstLine(word: string, meta = ''): CodeOptions {
  // The parser cuts at the first space; a list of lines may stand right behind the language, or there is none.
  const [, language = '', rest = ''] = /^([^{]*)(.*)$/s.exec(word) ?? []
  const all = `${rest} ${meta}`
  const title = /(?:^|\s)(?:title|filename|file)=(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(all)?.slice(1).find(Boolean)
  const unquoted = all.replace(/"[^"]*"|'[^']*'/g, '')
  return { language, ...(title && { title }), highlighted: readNumbers(/\{([\d\s,-]+)\}/.exec(unquoted)?.[1] ?? '') }
}

function readNumbers(list: string): Set<number> {
  const lines = new Set<number>()
  for (const part of list.split(',')) {
    const [, first, last = first] = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part) ?? []
    if (first === undefined) continue
    for (let line = Number(first); line <= Math.min(Number(last), 100_000); line++) lines.add(line)
  }
  return lines
}

const comment = /[ \t]*(?:\/\/|\/\*|#|--|;+|%|<!--|\{\/\*)\s*\[!code (\S+)\]\s*(?:\*\/\}?|-->)?[ \t]*$/

const lineClassOf = new Map<string, LineClass>([
  ['++', 'inserted'],
  ['--', 'deleted'],
  ['highlight', 'highlighted'],
  ['hl', 'highlighted'],
  ['focus', 'focused'],
  ['error', 'error'],
  ['warning', 'warning'],
])

const signs: Partial<Record<LineClass, string>> = { inserted: '+', deleted: '-', error: '!', warning: '!' }

export interface CodeLine {
  code: string
  classes: LineClass[]
  /** Says what a class says, to those who do not see its colour; not where the code has a sign of its own. */
  sign?: string
}

/** Takes comments such as `// [!code ++]` out of the code, and says what each line is besides code. */
export function readLines(code: string, { language, highlighted }: CodeOptions): CodeLine[] {
  const isDiff = language === 'diff' || language === 'patch'
  return code.split('\n').map((line, index) => {
    const classes: LineClass[] = highlighted.has(index + 1) ? ['highlighted'] : []
    const mark = lineClassOf.get(comment.exec(line)?.[1] ?? '')
    if (!mark) return { code: line, classes: isDiff ? [...classes, ...diffClass(line)] : classes }
    const sign = signs[mark]
    return { code: line.replace(comment, ''), classes: [...classes, mark], ...(sign && { sign }) }
  })
}

function diffClass(line: string): LineClass[] {
  if (/^(\+\+\+|---)(\s|$)/.test(line)) return []
  if (line.startsWith('+')) return ['inserted']
  return line.startsWith('-') ? ['deleted'] : []
}
