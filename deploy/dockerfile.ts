/** Reads the instructions of a Dockerfile, as far as ours uses them. */

export interface Instruction {
  name: string
  /** Options like `--from=build`. */
  options: Record<string, string>
  /** All that follows, variables not yet replaced. */
  text: string
}

export function parseDockerfile(source: string): Instruction[] {
  const lines = source.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const joined = lines.join('\n').replace(/\\\n\s*/g, '')
  return joined.split('\n').map((line) => {
    const [, name, rest] = /^(\w+)\s+(.*)$/.exec(line)!
    const options: Record<string, string> = {}
    let text = rest!
    for (let found = /^--([\w-]+)=(\S+)\s+/.exec(text); found; found = /^--([\w-]+)=(\S+)\s+/.exec(text)) {
      options[found[1]!] = found[2]!
      text = text.slice(found[0].length)
    }
    return { name: name!.toUpperCase(), options, text }
  })
}

/** `A=1 B="two words"` */
export function parseAssignments(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)
  return Object.fromEntries([...pairs].map(([, name, quoted, plain]) => [name!, quoted ?? plain!]))
}
