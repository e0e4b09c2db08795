/** A piece of a page that can change by itself. Parts may hold parts. */
export interface Part {
  name: string
  /** The whole element. */
  html: string
  /** Names what is in it outside its inner parts. */
  own: string
  parts: readonly Part[]
}

/** What is kept of a page between two changes. */
export interface Outline {
  name: string
  own: string
  parts: readonly Outline[]
}

export function outlineOf({ name, own, parts }: Part): Outline {
  return { name, own, parts: parts.map(outlineOf) }
}

/** The smallest parts that turn a page of the former outline into the present one, by name. */
export function changedParts(former: readonly Outline[], present: readonly Part[]): Record<string, string> {
  const changed: Record<string, string> = {}
  collect(former, present)
  return changed

  function collect(before: readonly Outline[], now: readonly Part[]) {
    for (const part of now) {
      const known = before.find(({ name }) => name === part.name)
      if (known && known.own === part.own && hasSameNames(known.parts, part.parts)) collect(known.parts, part.parts)
      else changed[part.name] = part.html
    }
  }
}

export function allParts(parts: readonly Part[]): Record<string, string> {
  return Object.fromEntries(parts.map(({ name, html }) => [name, html]))
}

function hasSameNames(before: readonly Outline[], now: readonly Part[]): boolean {
  return before.length === now.length && before.every(({ name }, index) => name === now[index]!.name)
}
