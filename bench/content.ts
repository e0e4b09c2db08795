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
  const anyWord = () => frequentWord(random())
  const sentence = () => {
    const length = 8 + Math.floor(random() * 12)
    const text = Array.from({ length }, anyWord).join(' ')
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`
  }
  const paragraph = () => Array.from({ length: 4 }, sentence).join(' ')
  const day = new Date(Date.UTC(2015, 0, 1) + number * 8 * 3_600_000).toISOString()
  const name = `${anyWord()}${number}`
  return `---
title: "Notes on ${anyWord()} and ${anyWord()}, part ${number}"
slug: post-${number}
is_draft: false
published_at: ${day}
tags:
  - ${pick(tags)}
  - ${pick(tags)}-${number % 7}
---

${paragraph()} The word is ${word}.

## First ${anyWord()}

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
- **${anyWord()}** ${sentence()}
- \`${name}()\` ${sentence()}

## Second ${anyWord()}

| ${anyWord()} | ${anyWord()} | ${anyWord()} |
|---|---:|:---:|
| ${anyWord()} | ${number} | ${anyWord()} |
| ${anyWord()} | ${number + 1} | ${anyWord()} |

\`\`\`bash
# ${sentence()}
for region in lhr iad nrt; do
  curl -fsS "https://$region.example.org/health?n=${number}" | grep -q ok || echo "$region is away"
done
\`\`\`

> ${sentence()} ${sentence()}

### Third ${anyWord()}

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

const syllables =
  'ba be bo ca ce co da de do fa fi fo ga go ha he ho ka ki la le li lo lu ma me mi mo na ne no nu pa pe po ra re ri ro ru sa se si so ta te ti to tu va ve vi wa we'.split(
    ' ',
  )

/**
 * 4,000 words, the most frequent first. Their frequency falls as in any language (Zipf): the tenth is used a tenth
 * as often as the first.
 */
export const vocabulary: readonly string[] = [
  ...'the of and to in is that for it as was with be by on not but at are this have from or an they which one you'.split(
    ' ',
  ),
  ...'replica primary lease commit snapshot cursor kernel packet region latency quorum journal trigger index query'.split(
    ' ',
  ),
  ...Array.from({ length: 4000 }, (_, rank) => {
    const random = generator(rank + 1)
    return Array.from(
      { length: 2 + Math.floor(random() * 3) },
      () => syllables[Math.floor(random() * syllables.length)],
    ).join('')
  }),
]

/** A word by its frequency, for a number from 0 to 1. */
function frequentWord(at: number): string {
  return vocabulary[Math.floor(vocabulary.length ** at) - 1]!
}
