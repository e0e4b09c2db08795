/** What can be wrong with a post. An error keeps the file out; a warning is shown and the file goes in. */
export const markdownProblems = {
  missing_front_matter: {
    severity: 'error',
    fix: 'Begin the file with a line `---`, the keys, and another line `---`.',
  },
  unclosed_front_matter: { severity: 'error', fix: 'End the front matter with a line that is exactly `---`.' },
  bad_front_matter: { severity: 'error', fix: 'Correct the YAML at this line.' },
  too_deep: { severity: 'error', fix: 'Nest quotes, lists and elements less deeply.' },
  missing_asset: { severity: 'warning', fix: 'Put the file into assets/, or correct its name.' },
  bare_space: {
    severity: 'warning',
    fix: 'Put an address with spaces between `<` and `>`: `![a grey cat](<../assets/my cat.jpg>)`.',
  },
  missing_alt: { severity: 'warning', fix: 'Say between the brackets what the image shows: `![a grey cat](…)`.' },
  unknown_language: { severity: 'warning', fix: 'Name a language that Shiki knows, or `text`.' },
  bad_math: { severity: 'warning', fix: 'Correct the TeX; it is shown as it was written.' },
  html_removed: { severity: 'warning', fix: 'Use Markdown, or an element and attributes that are allowed.' },
} as const

export type MarkdownProblemCode = keyof typeof markdownProblems

export interface Problem {
  path?: string
  /** Line within the file, 1 for the first. */
  line: number
  severity: 'error' | 'warning'
  code: string
  message: string
}

/** Notes a problem at a line of the file. */
export type Report = (code: MarkdownProblemCode, line: number, message: string) => void

export function problemAt(code: MarkdownProblemCode, line: number, message: string): Problem {
  return { line, severity: markdownProblems[code].severity, code, message }
}
