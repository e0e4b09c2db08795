import { readFileSync } from 'node:fs'

/** Whether LiteFS's files are there: it takes its mount away when it ends. */
export function isMounted(folder: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${folder} `)
}
