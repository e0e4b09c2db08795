import { defineConfig } from 'vitest/config'
import { retryOnBusyMachines } from './test-results.ts'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'apps/*/src/**/*.test.{ts,tsx}',
      'browser-tests/*.test.ts',
      'deploy/*.test.ts',
      'examples/*/*.test.ts',
      'docs/*.test.ts',
      '*.test.ts',
    ],
    setupFiles: 'test-setup.ts',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    retry: retryOnBusyMachines,
  },
})
