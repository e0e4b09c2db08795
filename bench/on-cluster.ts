import { join } from 'node:path'
import { runInNamespaces, whyNoClusters } from '../cluster-tests/namespaces.ts'
import { buildPrograms } from '../cluster-tests/programs/programs.ts'

/** Runs a benchmark of `bench/cluster/` where it can start real clusters, and elsewhere says why it cannot. */
export async function benchOnCluster(name: string): Promise<void> {
  const reason = whyNoClusters()
  if (reason) return console.log(`left out, for it starts a cluster: ${reason}`)
  await buildPrograms(console.log)
  const code = await runInNamespaces(process.execPath, [join(import.meta.dirname, 'cluster/inside.ts'), name])
  if (code !== 0) throw new Error(`the benchmark ended with ${code}`)
}
