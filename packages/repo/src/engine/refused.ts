import { RepoError } from '../errors.ts'

/** Taking any of these away from the repo would break its transactions, or LiteFS. */
const refusals: Record<string, string> = {
  vacuum: 'LiteFS stops for good when VACUUM makes the file smaller',
  attach: 'a transaction over two files is not replicated as one',
  detach: 'a transaction over two files is not replicated as one',
  begin: 'transactions are operations: see repo.run()',
  savepoint: 'transactions are operations: see repo.run()',
  release: 'transactions are operations: see repo.run()',
  commit: 'transactions are operations: see repo.run()',
  end: 'transactions are operations: see repo.run()',
  rollback: 'throw an error in the operation to roll it back',
}

/** Pragmas that only tell something, and a few that change neither the file's form nor how it is locked. */
const allowedPragmas = new Set([
  ...['table_info', 'table_xinfo', 'table_list', 'index_info', 'index_xinfo', 'index_list', 'foreign_key_list'],
  ...['database_list', 'function_list', 'module_list', 'collation_list', 'pragma_list', 'compile_options'],
  ...['foreign_key_check', 'integrity_check', 'quick_check', 'page_count', 'page_size', 'freelist_count', 'encoding'],
  ...['user_version', 'application_id', 'schema_version', 'data_version', 'max_page_count'],
  ...['optimize', 'analysis_limit', 'defer_foreign_keys'],
])

const pragmaReasons: Record<string, string> = {
  journal_mode: 'a change of the journal mode ends every LiteFS replica',
  locking_mode: 'an exclusive lock shuts out the readers, and LiteFS',
  auto_vacuum: 'LiteFS stops for good when the file is made smaller',
  incremental_vacuum: 'LiteFS stops for good when the file is made smaller',
}

/** Throws for statements that are not an application's to run, and says why. Asked once for each text. */
export function assertAllowed(sql: string): void {
  const words = wordsOf(sql)
  const verb = words[0] ?? ''
  if (verb === 'pragma') assertAllowedPragma(words, sql)
  const reason = refusals[verb]
  if (reason) throw new RepoError('refused_statement', `${verb} is not allowed here: ${reason}: ${sql.slice(0, 80)}`)
}

function assertAllowedPragma(words: string[], sql: string): void {
  const name = (words[2] === '.' ? words[3] : words[1]) ?? ''
  const isQuestion = words.length === (words[2] === '.' ? 4 : 2)
  if (allowedPragmas.has(name) || (isQuestion && name in pragmaReasons && name !== 'incremental_vacuum')) return
  const reason = pragmaReasons[name] ?? 'the repo sets its connections up itself'
  throw new RepoError('refused_statement', `pragma ${name} is not allowed here: ${reason}: ${sql.slice(0, 80)}`)
}

/** The first words in lower case, whatever comments and quotes are around them. */
function wordsOf(sql: string): string[] {
  const start = sql.slice(0, 2000).replace(/\/\*[\s\S]*?(?:\*\/|$)|--[^\n]*/g, ' ')
  return (start.slice(0, 200).match(/\w+|[.=(]/g) ?? []).slice(0, 6).map((word) => word.toLowerCase())
}
