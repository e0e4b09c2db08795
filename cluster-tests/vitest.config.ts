import { defineConfig } from 'vitest/config'
import { retryOnBusyMachines } from '../test-results.ts'

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    include: ['cluster-tests/**/*.test.ts'],
    // Each test has the machine to itself: what is measured and waited for here is other programs' work.
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    setupFiles: 'test-setup.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: retryOnBusyMachines,
    // With five broken the machine is, and every other test would only wait for its timeout.
    bail: 5,
  },
})
