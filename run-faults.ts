/** Plays faults on a real cluster, in namespaces of their own: `npm run faults -- --minutes 10`. */
import { join } from 'node:path'
import { runInNamespaces, whyNoClusters } from './cluster-tests/namespaces.ts'
import { buildPrograms } from './cluster-tests/programs/programs.ts'

const reason = whyNoClusters()
if (reason) {
  console.error(`no faults here: ${reason}`)
  process.exit(1)
}
await buildPrograms(console.log)
const main = join(import.meta.dirname, 'cluster-tests/faults/main.ts')
process.exitCode = await runInNamespaces(process.execPath, [main, ...process.argv.slice(2)], {})
