import { contentErrors } from '../errors.ts'
import { markdownProblems, type Problem } from '../markdown/index.ts'

/** What can be wrong with a file, beyond its Markdown. An error keeps the file out; what it made before stays. */
export const importProblems = {
  unreadable_file: { severity: 'error', fix: 'Give the user that runs Atoll permission to read the file.' },
  bad_encoding: { severity: 'error', fix: 'Save the file as UTF-8.' },
  render_failed: { severity: 'error', fix: 'This is a fault of Atoll: please report it with the file.' },
  bad_yaml: { severity: 'error', fix: 'Correct the YAML at this line.' },
  bad_value: { severity: 'error', fix: 'Give the key a value of the kind that the message names.' },
  unknown_key: { severity: 'warning', fix: 'Correct the name of the key, or remove it: it changes nothing.' },
  useless_tag: { severity: 'warning', fix: 'Give it a letter or a digit: its address is made of them.' },
  unclear_draft: { severity: 'error', fix: 'Write `is_draft: true` to keep the post back, or remove the key.' },
  bad_date: { severity: 'error', fix: 'Write dates as 2026-11-24 or 2026-11-24T18:30:00Z.' },
  missing_title: { severity: 'error', fix: 'Add a line `title: …` to the front matter.' },
  bad_slug: { severity: 'error', fix: 'Use lower-case letters, digits and hyphens.' },
  missing_slug: { severity: 'error', fix: 'Add a line `slug: …`: none can be made of the file name or the title.' },
  bad_permalink: { severity: 'error', fix: 'Write it as a path of this site, such as /uses.' },
  bad_project: { severity: 'error', fix: 'Give every project a name, a url and a description.' },
  duplicate_slug: { severity: 'error', fix: 'Give one of the two posts another slug.' },
  duplicate_permalink: { severity: 'error', fix: 'Keep the permalink in one of the two files.' },
  duplicate_page: { severity: 'error', fix: 'Give one of the two another address.' },
  duplicate_project: { severity: 'error', fix: 'Give one of the two projects another name.' },
  duplicate_asset: { severity: 'error', fix: 'Give one of the two files another name.' },
  reserved_address: { severity: 'error', fix: 'Choose an address that the site itself does not use.' },
  useless_permalink: { severity: 'warning', fix: 'Remove the permalink: the site answers this address itself.' },
  broken_link: { severity: 'error', fix: 'Correct the address, or write what it should lead to.' },
} as const

export type ImportProblemCode = keyof typeof importProblems

/** What to do about a problem of this code. */
export function fixOf(code: string): string | undefined {
  const fixes: Record<string, { fix: string } | undefined> = {
    ...importProblems,
    ...markdownProblems,
    ...contentErrors,
  }
  return fixes[code]?.fix
}

export function problemOf(code: ImportProblemCode, line: number, message: string): Problem {
  return { line, severity: importProblems[code].severity, code, message }
}

export function hasError(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}
