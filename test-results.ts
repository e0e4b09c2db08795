/**
 * The reporter of `run-tests.ts`. It appends a line for every file and test to the file named by ATOLL_TEST_RESULTS, as
 * it happens: a run that is killed half-way has then still said what passed, and which files it was busy with. And it
 * ends a run that is over: vitest waits without end for the output of a process that a test left behind.
 */
import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

const patienceMs = 20_000

/**
 * CI tries a failed test twice more, and says so: a browser or a cluster on a busy machine can miss a deadline. Never a
 * test that counted something lost, doubled or stale: once is too often.
 */
export const retryOnBusyMachines = process.env.CI
  ? { count: 2, condition: /^(?!.*\b(?:lost|twice|doubled|duplicated|stale)\b)/is }
  : 0

export default class ResultsReporter implements Reporter {
  onTestModuleStart(module: TestModule) {
    append('start', pathOf(module))
  }

  onTestCaseResult(test: TestCase) {
    const name = `${pathOf(test.module)} > ${test.fullName}`
    append(test.result().state, name)
    if (test.diagnostic()?.retryCount) append('retried', name)
  }

  onTestModuleEnd(module: TestModule) {
    for (const error of module.errors()) append('error', `${pathOf(module)} ${error.message}`)
    append('end', pathOf(module))
  }

  onTestRunEnd(_: readonly TestModule[], errors: readonly { message: string }[]) {
    for (const error of errors) append('error', error.message)
    setTimeout(endByForce, patienceMs).unref()
  }
}

function endByForce() {
  const reason = 'the tests are over, but something they left behind keeps vitest from ending'
  append('error', reason)
  console.error(reason)
  process.exit(1)
}

function pathOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId)
}

function append(word: string, rest: string) {
  const file = process.env.ATOLL_TEST_RESULTS
  if (file) appendFileSync(file, `${word} ${rest.replaceAll('\n', ' ')}\n`)
}
