export interface Tally {
  /** One node says that this person is on this page: `<person> <page>`. */
  add(pair: string): void
  remove(pair: string): void
  /** Different people on a page, and on all of them. */
  count(page: string): number
  readonly people: number
}

/** Counts people, not tabs and not nodes: each pair once, however many say it, and each person once for the site. */
export function openTally(): Tally {
  const pairs = new Map<string, number>()
  const people = new Map<string, number>()
  const pages = new Map<string, number>()

  return {
    add(pair) {
      if (!increase(pairs, pair)) return
      const [person, page] = split(pair)
      increase(people, person)
      increase(pages, page)
    },
    remove(pair) {
      if (!decrease(pairs, pair)) return
      const [person, page] = split(pair)
      decrease(people, person)
      decrease(pages, page)
    },
    count: (page) => pages.get(page) ?? 0,
    get people() {
      return people.size
    },
  }
}

/** Whether it is the first one. */
function increase(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0
  counts.set(key, count + 1)
  return count === 0
}

/** Whether it was the last one. */
function decrease(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key)
  if (count === undefined) return false
  if (count > 1) counts.set(key, count - 1)
  else counts.delete(key)
  return count === 1
}

function split(pair: string): [person: string, page: string] {
  const space = pair.indexOf(' ')
  return [pair.slice(0, space), pair.slice(space + 1)]
}
