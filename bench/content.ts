import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes `count` posts into `<folder>/posts`: about 3.5 KB of Markdown each, with three blocks of code, a table, a
 * footnote, a list and some mathematics. The same number gives the same bytes on every machine.
 */
export function writePosts(folder: string, count: number): void {
  rmSync(folder, { recursive: true, force: true })
  const posts = join(folder, 'posts')
  mkdirSync(posts, { recursive: true })
  for (let number = 1; number <= count; number++) writeFileSync(join(posts, fileName(number)), post(number))
}

export function fileName(number: number): string {
  return `post-${String(number).padStart(5, '0')}.md`
}

/** Changes one post and gives it a time of change, as an editor that saves it does. */
export function editPost(folder: string, number: number, word: string): void {
  const file = join(folder, 'posts', fileName(number))
  writeFileSync(file, post(number, word))
  const now = new Date()
  utimesSync(file, now, now)
}

function post(number: number, word = 'plain'): string {
  const random = generator(number)
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)]!
  const sentence = () => {
    const length = 8 + Math.floor(random() * 12)
    const text = Array.from({ length }, () => pick(vocabulary)).join(' ')
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`
  }
  const paragraph = () => Array.from({ length: 4 }, sentence).join(' ')
  const day = new Date(Date.UTC(2015, 0, 1) + number * 8 * 3_600_000).toISOString()
  const name = `${pick(vocabulary)}${number}`
  return `---
title: "Notes on ${pick(vocabulary)} and ${pick(vocabulary)}, part ${number}"
slug: post-${number}
is_draft: false
published_at: ${day}
tags:
  - ${pick(tags)}
  - ${pick(tags)}-${number % 7}
---

${paragraph()} The word is ${word}.

## First ${pick(vocabulary)}

${paragraph()}

\`\`\`ts
export async function ${name}(input: Request): Promise<Response> {
  const url = new URL(input.url)
  const rows = await db.selectFrom('posts').where('slug', '=', url.pathname.slice(1)).selectAll().execute()
  if (rows.length === 0) return new Response('not found', { status: 404 })
  return Response.json({ rows, at: ${number}, ratio: ${random().toFixed(4)} })
}
\`\`\`

${paragraph()}[^note]

- ${sentence()}
- **${pick(vocabulary)}** ${sentence()}
- \`${name}()\` ${sentence()}

## Second ${pick(vocabulary)}

| ${pick(vocabulary)} | ${pick(vocabulary)} | ${pick(vocabulary)} |
|---|---:|:---:|
| ${pick(vocabulary)} | ${number} | ${pick(vocabulary)} |
| ${pick(vocabulary)} | ${number + 1} | ${pick(vocabulary)} |

\`\`\`bash
# ${sentence()}
for region in lhr iad nrt; do
  curl -fsS "https://$region.example.org/health?n=${number}" | grep -q ok || echo "$region is away"
done
\`\`\`

> ${sentence()} ${sentence()}

### Third ${pick(vocabulary)}

The sum is $\\sum_{i=0}^{${number}} i^2$, and ${sentence()}

\`\`\`json
{ "name": "${name}", "version": ${number}, "tags": ["${pick(tags)}", "${pick(tags)}"], "isDraft": false, "ratio": ${random().toFixed(6)} }
\`\`\`

${paragraph()}

${paragraph()}

[^note]: ${sentence()}
`
}

/** Mulberry32: a small generator whose numbers depend on the seed alone. */
function generator(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const tags = [
  'sqlite',
  'typescript',
  'replication',
  'css',
  'linux',
  'writing',
  'networks',
  'elixir',
  'design',
  'testing',
]

/** Words a reader might search for, and the words around them. */
export const vocabulary = [
  ...'atoll lagoon replica primary lease commit snapshot ledger cursor kernel socket packet region latency quorum'.split(
    ' ',
  ),
  ...'journal checkpoint trigger index query planner token epoch heartbeat partition failover handover barrier fence'.split(
    ' ',
  ),
  ...'harbour current tide reef island signal lantern window margin letter print paper column heading footnote'.split(
    ' ',
  ),
  ...'thread worker message channel buffer stream chunk header cache topic render template fragment morph browser'.split(
    ' ',
  ),
  ...'the a of and to in is that for it as was with be by on not he his but at are this have from or had an they'.split(
    ' ',
  ),
  ...'which one you were all her she there would their we him been has when who will no more if out so up said'.split(
    ' ',
  ),
  ...'small quick honest quiet steady narrow bright patient exact careful modest plain sturdy gentle certain spare'.split(
    ' ',
  ),
  ...'writes reads waits holds keeps moves sends counts proves loses finds names opens closes follows answers'.split(
    ' ',
  ),
]
