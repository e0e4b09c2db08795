/**
 * Writes docs/errors.md from the tables of the packages: `node error-codes.ts`. A test holds the page to them.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentErrors } from './apps/blog/src/errors.ts'
import { importProblems } from './apps/blog/src/import/problems.ts'
import { markdownProblems } from './apps/blog/src/markdown/problem.ts'
import { findings } from './apps/cli/src/doctor/findings.ts'
import { apiErrors } from './apps/web/src/api/errors.ts'
import { webErrors } from './apps/web/src/errors.ts'
import { backupErrors } from './packages/backup/src/errors.ts'
import { clusterErrors } from './packages/cluster/src/errors.ts'
import { liveErrors } from './packages/live/src/errors.ts'
import { replicationErrors } from './packages/replication/src/errors.ts'
import { repoErrors } from './packages/repo/src/errors.ts'
import { supervisorErrors } from './packages/supervisor/src/errors.ts'
import { guardErrors } from './packages/supervisor/src/guard/errors.ts'
import { troubles } from './packages/supervisor/src/process/trouble.ts'

type Table = Record<string, { fix: string; applied?: string; severity?: string; status?: number }>

/** By the words a reader knows them by, in the order of the page. */
const tables: [title: string, lead: string, table: Table][] = [
  [
    'Content',
    'What `atoll check`, an import or a publication says of a file. An error keeps the file out; what it made before stays.',
    { ...importProblems, ...markdownProblems },
  ],
  ['Files and publications', 'Why a file or a whole publication is refused.', contentErrors],
  ['The API', 'Why a call is refused before it reaches the content.', apiErrors],
  ['Pages', 'Why a page could not be rendered.', webErrors],
  ['Open pages', 'Why what a reader did on an open page was refused.', liveErrors],
  [
    'The database',
    '`applied` says whether a write may have happened: *no* means it did not, *unknown* that a retry with the same key finds out.',
    repoErrors,
  ],
  ['Between nodes', 'Calls from one node to another.', clusterErrors],
  ['Replication', 'What LiteFS, or the file in its place, could not do.', replicationErrors],
  ['The guard of the lease', 'Who may write, and handing over.', guardErrors],
  ['The supervisor', 'The process that starts the others.', supervisorErrors],
  [
    'A node that cannot start',
    'What the address of the site says in its place, with 503, until it is mended.',
    troubles,
  ],
  ['Backups', 'None of them changes anything.', backupErrors],
  ['atoll doctor', '*fatal* ones stop `atoll start`, *error* ones end the command with 1.', findings],
]

export function describeErrors(): string {
  const sections = tables.map(([title, lead, table]) => `## ${title}\n\n${lead}\n\n${tableOf(table)}`)
  return `# Every error code

Codes are the contract: they stay, cross from node to node, and stand in logs, in answers of the API and at the end of
what a command prints. Messages are for people and may change. This page is made from the program (\`node error-codes.ts\`).

${sections.join('\n\n')}
`
}

function tableOf(table: Table): string {
  const columns = (['status', 'severity', 'applied'] as const).filter((column) =>
    Object.values(table).some((row) => row[column] !== undefined),
  )
  const head = ['code', ...columns, 'what to do']
  const rows = Object.entries(table).map(([code, row]) => [
    `\`${code}\``,
    ...columns.map((column) => String(row[column] ?? '')),
    row.fix,
  ])
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'docs/errors.md'), describeErrors())
