export interface Row {
  name: string
  region: string
  url: string
  /** What was done to it, or what it says of itself. */
  state: 'running' | 'frozen' | 'killed' | 'unreachable'
  role: 'primary' | 'replica' | 'unknown'
  /** The database's transaction id in LiteFS. */
  txid: bigint | undefined
  lagMs: number | undefined
}

const columns: [title: string, width: number, cell: (row: Row, all: Row[]) => string][] = [
  ['node', 6, ({ name }) => name],
  ['region', 8, ({ region }) => region],
  ['state', 13, ({ state }) => state],
  ['role', 10, ({ role }) => role],
  ['position', 10, ({ txid }) => (txid === undefined ? '–' : String(txid))],
  ['behind', 9, behind],
  ['lag', 11, ({ lagMs }) => (lagMs === undefined ? '–' : `${lagMs} ms`)],
  ['', 0, ({ url }) => url],
]

export function renderTable(rows: Row[], selected: number): string {
  const lines = rows.map((row, at) => `${at === selected ? '▸' : ' '} ${line(([, , cell]) => cell(row, rows))}`)
  return [`  ${line(([title]) => title)}`, ...lines].join('\n')
}

function line(cellOf: (column: (typeof columns)[number]) => string): string {
  return columns
    .map((column) => cellOf(column).padEnd(column[1]))
    .join('')
    .trimEnd()
}

/** In transactions. */
function behind({ txid }: Row, all: Row[]): string {
  const newest = all.reduce((most, row) => (row.txid !== undefined && row.txid > most ? row.txid : most), 0n)
  return txid === undefined ? '–' : String(newest - txid)
}
