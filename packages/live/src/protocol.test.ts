import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxSaidBytes, parseSaid, parseTold } from './protocol.ts'

const verbs = ['watch', 'here', 'away', 'ask', 'beat', '__proto__', 'constructor', 'dance']

/** Nearly right messages: they come further than noise does. */
const nearlySaid = fc.record(
  {
    do: fc.oneof(fc.constantFrom(...verbs), fc.anything()),
    page: fc.oneof(fc.string(), fc.webPath(), fc.anything()),
    version: fc.oneof(fc.string(), fc.anything()),
    person: fc.oneof(fc.string({ maxLength: 80 }), fc.anything()),
    key: fc.oneof(fc.string(), fc.anything()),
    action: fc.oneof(fc.string(), fc.anything()),
    input: fc.jsonValue(),
    isAsking: fc.anything(),
  },
  { requiredKeys: [] },
)

describe('parseSaid', () => {
  it('makes something of any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          nearlySaid.map((said) => JSON.stringify(said)),
        ),
        (text) => {
          const parsed = parseSaid(text)
          if (parsed.kind === 'said') expect(verbs).toContain(parsed.said.do)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('reads what it says', () => {
    const said = { do: 'watch', page: '/posts?q=x', version: 'abc', seen: '7' } as const
    expect(parseSaid(JSON.stringify(said))).toEqual({ kind: 'said', said })
  })

  it('knows the verb of another release from a message that is none', () => {
    expect(parseSaid('{"do":"dance"}').kind).toBe('unknown')
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '{"do":7}',
      '{"do":"watch"}',
      '{"do":"watch","page":"x","version":""}',
    ]) {
      expect(parseSaid(text).kind).toBe('malformed')
    }
  })

  it('refuses a message that is too long without reading it', () => {
    expect(parseSaid(JSON.stringify({ do: 'away', more: 'x'.repeat(maxSaidBytes) })).kind).toBe('malformed')
  })
})

it('parseTold makes something of any text', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseTold(text)))
})
