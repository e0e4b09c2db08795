import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeErrors } from './error-codes.ts'

describe('docs/errors.md', () => {
  it('is what the tables say; `node error-codes.ts` writes it', () => {
    expect(readFileSync(join(import.meta.dirname, 'docs/errors.md'), 'utf8')).toBe(describeErrors())
  })

  it('leaves no table out', () => {
    const sources = globSync('{packages,apps}/*/src/**/{errors,problem,problems}.ts', { cwd: import.meta.dirname })
    const tables = sources.flatMap((file) =>
      [
        ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(
          /export const (\w*(?:[eE]rrors|Problems)) = /g,
        ),
      ].map(([, name]) => name!),
    )
    const generator = readFileSync(join(import.meta.dirname, 'error-codes.ts'), 'utf8')
    expect(tables.filter((name) => !generator.includes(`import { ${name} }`))).toEqual([])
    expect(tables.length).toBeGreaterThan(9)
  })
})
