/** What every test file begins with. */
import { vi } from 'vitest'

// A fact is waited for as long as a busy machine may take to bring it about: its test's own time is the limit. The one
// second that is vitest's default is a guess about machines.
const { waitFor, waitUntil } = vi
vi.waitFor = (fact, options) => waitFor(fact, patiently(options))
vi.waitUntil = (fact, options) => waitUntil(fact, patiently(options))

function patiently(options: Parameters<typeof waitFor>[1]) {
  return { timeout: 15_000, ...(typeof options === 'number' ? { timeout: options } : options) }
}
