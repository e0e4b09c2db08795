import { readdirSync, readFileSync } from 'node:fs'

/** The process, and all it has started. */
export function familyOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))]
}

/**
 * The proportional set size in MB that processes would have on a machine of their own, where nobody else has the same
 * programs open: all that each of them has for itself, and of a file that several have mapped as much as one of them.
 */
export function pssAloneMb(pids: readonly number[]): number {
  const files = new Map<string, number>()
  let kb = 0
  for (const pid of pids) {
    for (const { file, anonymousKb, fileKb } of mappingsOf(pid)) {
      kb += anonymousKb
      files.set(file, Math.max(files.get(file) ?? 0, fileKb))
    }
  }
  for (const fileKb of files.values()) kb += fileKb
  return kb / 1024
}

interface Mapping {
  file: string
  anonymousKb: number
  fileKb: number
}

function mappingsOf(pid: number): Mapping[] {
  const blocks = readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/^(?=[\da-f]+-[\da-f]+ )/m)
  return blocks.filter(Boolean).map((block) => {
    const kbOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(block)?.[1] ?? 0)
    const [, , offset, , , name = ''] = block.slice(0, block.indexOf('\n')).split(/\s+/)
    const anonymousKb = kbOf('Anonymous')
    return { file: `${name} ${offset}`, anonymousKb, fileKb: kbOf('Rss') - anonymousKb }
  })
}
