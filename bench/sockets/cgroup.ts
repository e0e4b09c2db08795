import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Cgroup {
  /** What a program is started with to be in it from its first page of memory on. */
  readonly through: readonly string[]
  /** Memory of the process and of the kernel for it, without what it read from files. */
  bytes(): number
  /** The most since the last call of `forgetPeak`, files included. */
  peakBytes(): number
  forgetPeak(): void
  close(): void
}

/**
 * 512 MB and one processor, as the first version of cgroups bounds them. Throws where this user may not. The processor
 * comes before the readers', who stand for ten thousand other machines and would otherwise take half of it.
 */
export function openCgroup(name: string): Cgroup {
  const [memory, cpu] = ['memory', 'cpu'].map((kind) => `/sys/fs/cgroup/${kind}/atoll-${name}-${process.pid}`)
  const folders = [memory!, cpu!]
  for (const folder of folders) mkdirSync(folder)
  writeFileSync(join(memory!, 'memory.limit_in_bytes'), String(512 * 1024 * 1024))
  writeFileSync(join(cpu!, 'cpu.cfs_period_us'), '100000')
  writeFileSync(join(cpu!, 'cpu.cfs_quota_us'), '100000')
  writeFileSync(join(cpu!, 'cpu.shares'), '10240')
  const read = (file: string) => readFileSync(join(memory!, file), 'utf8')
  const fileBytes = () => Number(/^cache (\d+)$/m.exec(read('memory.stat'))![1])

  return {
    through: ['sh', '-c', `for g in ${folders.join(' ')}; do echo $$ > $g/cgroup.procs; done; exec "$@"`, 'sh'],
    bytes: () => Number(read('memory.usage_in_bytes')) - fileBytes(),
    peakBytes: () => Number(read('memory.max_usage_in_bytes')),
    forgetPeak: () => writeFileSync(join(memory!, 'memory.max_usage_in_bytes'), '0'),
    close() {
      for (const folder of folders) rmdirSync(folder)
    },
  }
}
