/** Choices that come again with the same seed. Numbers: mulberry32. */
export function chooseBySeed(seed: number) {
  let state = seed >>> 0

  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    chance: (probability: number) => fraction() < probability,
    between: (least: number, most: number) => least + fraction() * (most - least),
    oneOf: <T>(values: readonly T[]): T => values[Math.floor(fraction() * values.length)]!,
  }
}
