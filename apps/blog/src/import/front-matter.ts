import { type Problem, parseFrontMatter } from '../markdown/index.ts'
import type { Fields } from './field-reader.ts'

export type SplitFile =
  | { fields?: undefined; problems: Problem[] }
  | { fields: Fields; body: string; bodyLine: number; descriptionLine: number }

/** A Markdown file as its keys and its body. */
export function splitFile(path: string, text: string): SplitFile {
  const file = parseFrontMatter(text, path)
  if (file.kind === 'bad') return { problems: file.problems }
  const { data, lines, body, firstLine } = file
  // A key that is missing is missed where the keys begin.
  const lineOf = (key: string) => lines[key] ?? 1
  return { fields: { values: data, lineOf }, body, bodyLine: firstLine, descriptionLine: lineOf('description') }
}
