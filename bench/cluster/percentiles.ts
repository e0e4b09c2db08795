/** The value that this share of all is at or below. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

export function milliseconds(value: number): string {
  return `${value.toFixed(2)} ms`
}
