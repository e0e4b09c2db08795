export type Range =
  /** No range, one that is not understood, or several: all of it is a correct answer to each. */
  { kind: 'whole' } | { kind: 'part'; start: number; end: number } | { kind: 'unsatisfiable' }

/** Reads a Range header for something of `size` bytes; `end` is the last byte, inclusive. */
export function parseRange(header: string | undefined, size: number): Range {
  const match = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/i.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return { kind: 'whole' }

  const [first, last] = [Number(match[1]), Number(match[2])]
  if (match[1] === '') {
    if (last === 0 || size === 0) return { kind: 'unsatisfiable' }
    return { kind: 'part', start: Math.max(0, size - last), end: size - 1 }
  }
  if (match[2] !== '' && last < first) return { kind: 'whole' }
  if (first >= size) return { kind: 'unsatisfiable' }
  return { kind: 'part', start: first, end: match[2] === '' ? size - 1 : Math.min(last, size - 1) }
}
