/**
 * Runs every test: the ordinary ones, then those of real clusters in namespaces of their own. Arguments go to vitest:
 * `npm test`, `npm test -- packages/repo`, `npm run test:cluster -- cluster-tests/harness.test.ts -t freeze`.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runInNamespaces, whyNoClusters } from './cluster-tests/namespaces.ts'
import { buildPrograms } from './cluster-tests/programs/programs.ts'
import { buildImage, whyNoImage } from './deploy/image.ts'

const suites = { ordinary: runOrdinaryTests, cluster: runClusterTests }
const isSuite = (name: string | undefined): name is keyof typeof suites => name !== undefined && name in suites

const args = process.argv.slice(2)
const only = args[0]?.startsWith('--only=') ? args.shift()!.slice('--only='.length) : undefined
if (only !== undefined && !isSuite(only)) throw new Error(`--only=${only}: the suites are ${Object.keys(suites)}`)

const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs')
for (const name of only ? [only] : (Object.keys(suites) as (keyof typeof suites)[])) {
  if ((await suites[name]()) !== 0) process.exitCode = 1
}

async function runOrdinaryTests(): Promise<number> {
  const child = spawn(process.execPath, [vitest, 'run', ...vitestArguments()], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

async function runClusterTests(): Promise<number> {
  const reason = whyNoClusters()
  if (reason) {
    const everything = process.env.ATOLL_TEST_EVERYTHING === '1'
    console.warn(`${everything ? 'cannot run' : 'skipping'} the cluster tests: ${reason}`)
    return everything ? 1 : 0
  }
  await buildPrograms(console.log)
  // With nothing outside in reach, as it is in there, it could not be built.
  if (isAskedFor('image') && !whyNoImage()) buildImage()
  const probed = await runInNamespaces(process.execPath, [join(import.meta.dirname, 'cluster-tests/probe.ts')])
  if (probed !== 0) return probed
  const config = join(import.meta.dirname, 'cluster-tests/vitest.config.ts')
  return runInNamespaces(process.execPath, [vitest, 'run', '--config', config, ...vitestArguments()])
}

/** Whether the arguments leave room for tests whose path has this word. */
function isAskedFor(word: string): boolean {
  const filters = args.filter((arg) => !arg.startsWith('-'))
  return filters.length === 0 || filters.some((filter) => filter.includes(word))
}

function vitestArguments(): string[] {
  const reporters = ['--reporter=default', `--reporter=${join(import.meta.dirname, 'test-results.ts')}`]
  // A filter that names files of one suite leaves the other one empty, which is no failure.
  const filtered = args.some((arg) => !arg.startsWith('-')) ? ['--passWithNoTests'] : []
  return [...args, ...filtered, ...(args.some((arg) => arg.startsWith('--reporter')) ? [] : reporters)]
}
