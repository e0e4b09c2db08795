/** The data layer on a plain file, with the measurements of a data node: prints what the one named on its command line is. */

import { addNumber, type Tables } from '../../cluster-tests/data-node/schema.ts'
import { createWorkloads } from '../../cluster-tests/data-node/workloads.ts'
import { openRepo } from '../../packages/repo/src/index.ts'

const { file, readers, seconds, rows } = JSON.parse(process.argv[2]!) as {
  file: string
  readers: number
  seconds: number
  rows: number
}
const schema = new URL('../../cluster-tests/data-node/schema.ts', import.meta.url)
const repo = await openRepo<Tables>({ file, schema, host: 'threads' })
await Promise.all(Array.from({ length: rows }, (_, n) => repo.run(addNumber, { n, node: 'plain' })))
console.log(JSON.stringify(await createWorkloads(repo, 'plain').readsPerSecond({ readers, seconds })))
await repo.close()
