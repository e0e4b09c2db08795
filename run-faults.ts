/** Plays faults on real clusters, in namespaces of their own: `npm run faults -- --minutes 10`. */
import { join } from 'node:path'
import { runInNamespaces, whyNoClusters } from './cluster-tests/namespaces.ts'
import { buildPrograms } from './cluster-tests/programs/programs.ts'

const main = join(import.meta.dirname, 'cluster-tests/faults/main.ts')
if (process.argv.includes('--table')) await import(main)
else await play()

async function play(): Promise<void> {
  const reason = whyNoClusters()
  if (reason) {
    console.error(`no faults here: ${reason}`)
    process.exit(1)
  }
  await buildPrograms(console.log)
  process.exitCode = await runInNamespaces(process.execPath, [main, ...process.argv.slice(2)], {})
}
