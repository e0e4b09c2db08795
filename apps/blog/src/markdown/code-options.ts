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
  return { language, ...(title && { title }), highlighted: readLines(/\{([\d\s,-]+)\}/.exec(unquoted)?.[1] ?? '') }
}

function readLines(list: string): Set<number> {
  const lines = new Set<number>()
  for (const part of list.split(',')) {
    const [, first, last = first] = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part) ?? []
    if (first === undefined) continue
    for (let line = Number(first); line <= Math.min(Number(last), 100_000); line++) lines.add(line)
  }
  return lines
}

const comment = /[ \t]*(?:\/\/|\/\*|#|--|;+|%|<!--|\{\/\*)\s*\[!code (\S+)\]\s*(?:\*\/\}?|-->)?[ \t]*$/

const lineClassOf: Record<string, LineClass> = {
  '++': 'inserted',
  '--': 'deleted',
  highlight: 'highlighted',
  hl: 'highlighted',
  focus: 'focused',
  error: 'error',
  warning: 'warning',
}

/** Takes comments such as `// [!code ++]` out of the code, and says what each line is besides code. */
export function takeMarks(code: string, { language, highlighted }: CodeOptions) {
  const classes = new Map<number, LineClass[]>()
  const lines = code.split('\n').map((line, index) => {
    const found: LineClass[] = highlighted.has(index + 1) ? ['highlighted'] : []
    const mark = lineClassOf[comment.exec(line)?.[1] ?? '']
    if (mark) found.push(mark)
    if (language === 'diff' || language === 'patch') found.push(...diffClass(line))
    if (found.length > 0) classes.set(index, found)
    return mark ? line.replace(comment, '') : line
  })
  return { lines, classes }
}

function diffClass(line: string): LineClass[] {
  if (/^(\+\+\+|---)(\s|$)/.test(line)) return []
  if (line.startsWith('+')) return ['inserted']
  return line.startsWith('-') ? ['deleted'] : []
}
