import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { type MarkdownProblemCode, type Problem, problemAt } from './problem.ts'
import { yamlMessage } from './yaml-message.ts'

export type FrontMatter =
  | {
      kind: 'parsed'
      data: Record<string, unknown>
      /** Line of each key within the file. */
      lines: Record<string, number>
      body: string
      /** Line of the body's first line within the file. */
      firstLine: number
    }
  | { kind: 'bad'; problems: Problem[] }

/**
 * Splits a file at its first two lines that are `---`, blanks after it allowed; later ones are rules. The keys between
 * them are YAML 1.2: dates stay strings, numbers are spelled as they were written (a tag `1.0` is not `1`), a key may be
 * there once, and there are no tags but the standard ones.
 */
export function parseFrontMatter(text: string, path: string): FrontMatter {
  const lines = text.replace(/^\u{feff}/u, '').split(/\r?\n/)
  if (!isFence(lines[0]!)) return bad(path, 'missing_front_matter', 1, 'no front matter: the first line is not "---"')
  const end = lines.findIndex((line, index) => index > 0 && isFence(line))
  if (end === -1) return bad(path, 'unclosed_front_matter', 1, 'the front matter has no end: a second line "---"')

  const counter = new LineCounter()
  const document = parseDocument(lines.slice(1, end).join('\n'), {
    lineCounter: counter,
    customTags: [],
    logLevel: 'silent',
  })
  // The first line of the YAML is the second of the file.
  const lineAt = (offset: number) => counter.linePos(offset).line + 1
  const problems = [...document.errors, ...document.warnings].map((error) =>
    problemIn(path, 'bad_front_matter', lineAt(error.pos[0]), yamlMessage(error)),
  )
  if (problems.length > 0) return { kind: 'bad', problems }
  const { contents } = document
  if (contents !== null && !isMap(contents))
    return bad(path, 'bad_front_matter', 2, 'the front matter is not a list of keys')

  const lineOfKey: Record<string, number> = {}
  for (const { key } of contents?.items ?? []) {
    if (isScalar(key) && key.range) lineOfKey[String(key.value)] = lineAt(key.range[0])
  }
  try {
    keepNumbersAsWritten(document)
    const data = (document.toJS() ?? {}) as Record<string, unknown>
    return { kind: 'parsed', data, lines: lineOfKey, body: lines.slice(end + 1).join('\n'), firstLine: end + 2 }
  } catch (error) {
    // An alias to nothing, or so many of them that they would fill the memory.
    return bad(path, 'bad_front_matter', 2, error instanceof Error ? error.message : String(error))
  }
}

function isFence(line: string): boolean {
  return /^---[ \t]*$/.test(line)
}

/** YAML reads `1.0` as 1, and people write version numbers. */
export function keepNumbersAsWritten(document: Document.Parsed): void {
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'number' && scalar.source !== undefined) scalar.value = scalar.source
    },
  })
}

function bad(path: string, code: MarkdownProblemCode, line: number, message: string): FrontMatter {
  return { kind: 'bad', problems: [problemIn(path, code, line, message)] }
}

function problemIn(path: string, code: MarkdownProblemCode, line: number, message: string): Problem {
  return { path, ...problemAt(code, line, message) }
}
