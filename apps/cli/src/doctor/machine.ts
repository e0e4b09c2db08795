import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { placesOf } from '../node-places.ts'
import type { Settings } from '../settings.ts'
import { isSupervised } from '../supervisor-settings.ts'
import { type Finding, find } from './findings.ts'

/** Parts of the system that tests put other files in the place of. */
export interface System {
  /** Lists what is mounted where. */
  mounts: string
  /** List open ports. */
  tcp: string[]
  fuseDevice: string
  /** Folders in which programs are looked for. */
  path: string[]
}

export const thisSystem: System = {
  mounts: '/proc/self/mounts',
  tcp: ['/proc/net/tcp', '/proc/net/tcp6'],
  fuseDevice: '/dev/fuse',
  path: (process.env.PATH ?? '').split(delimiter),
}

/** What of this machine keeps a site from running, or will. */
export function checkMachine(settings: Settings, system: System = thisSystem): Finding[] {
  const { data, replication, node } = settings
  return [
    ...checkData(data),
    ...checkBypass(data),
    ...(settings.gitUrl === undefined || isThere('git', system) ? [] : find('git_missing', 'there is no program git')),
    ...(replication === 'litefs' ? checkLitefs(settings, system) : []),
    ...checkRoom(data),
    ...(replication === 'litefs' ? [...checkName(node), ...checkPorts(settings, system)] : []),
  ]
}

function checkData(folder: string): Finding[] {
  if (existsSync(folder)) {
    return isWritable(folder) ? [] : find('data_not_writable', `cannot write to the data folder ${folder}`)
  }
  // It is made at the start, where that is possible.
  return isWritable(nearestFolder(folder))
    ? []
    : find('data_missing', `there is no data folder ${folder}, and it cannot be made`)
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path))
}

/** The mistake of the original's author: it works on one node, and nothing is replicated. */
function checkBypass(folder: string): Finding[] {
  const inside = litefsFolderAbove(resolve(folder))
  return inside ? find('bypasses_litefs', `${folder} is in ${inside}, the folder where LiteFS keeps its own files`) : []
}

function litefsFolderAbove(folder: string): string | undefined {
  if (existsSync(join(folder, 'clusterid')) && existsSync(join(folder, 'dbs'))) return folder
  return dirname(folder) === folder ? undefined : litefsFolderAbove(dirname(folder))
}

function checkLitefs(settings: Settings, system: System): Finding[] {
  const { litefsMount } = settings
  const { mounts, fuseDevice } = system
  if (!existsSync(fuseDevice)) return find('fuse_missing', `there is no ${fuseDevice}`)
  const bypass = checkBypass(litefsMount)
  if (bypass.length > 0) return bypass
  if (isSupervised(settings)) {
    const missing = checkPrograms(settings, system)
    // LiteFS is started by `atoll start`, which this may be before.
    if (missing.length > 0 || !existsSync(placesOf(settings).guardSocket)) return missing
  }
  const isMounted = readFileSync(mounts, 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === litefsMount && line.split(' ')[2]?.startsWith('fuse'))
  if (!isMounted) return find('outside_mount', `LiteFS does not show its database at ${litefsMount}`)
  return isOpen(litefsMount) ? [] : find('mount_closed', `this user may not look into ${litefsMount}`)
}

/** What `atoll start` runs for a node of several. */
function checkPrograms({ litefsProgram }: Settings, system: System): Finding[] {
  return [
    ...(isThere(litefsProgram, system) ? [] : find('litefs_missing', `there is no program ${litefsProgram}`)),
    ...(isThere('fusermount3', system) ? [] : find('fuse_missing', 'there is no program fusermount3')),
  ]
}

function isThere(program: string, { path }: System): boolean {
  return path.some((folder) => isExecutable(resolve(folder, program)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function isOpen(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

const leastFreeBytes = 256 * 1024 * 1024
const leastFreeShare = 0.05

function checkRoom(folder: string): Finding[] {
  const { bavail, blocks, bsize } = statfsSync(nearestFolder(folder))
  return judgeRoom(folder, { free: bavail * bsize, total: blocks * bsize })
}

export function judgeRoom(folder: string, { free, total }: { free: number; total: number }): Finding[] {
  if (free >= leastFreeBytes && free >= total * leastFreeShare) return []
  return find('disk_nearly_full', `${(free / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB are free at ${folder}`)
}

/** A digest, a tag, or what Docker calls a container: another one after each deploy. */
function checkName(name: string): Finding[] {
  const isOfImage = /sha256|[@:/]/.test(name) || /^[0-9a-f]{12}$/.test(name)
  return isOfImage ? find('name_from_image', `the node is called ${name}, which changes with its image`) : []
}

/** Ports of programs that ask nobody for a password. */
function checkPorts({ litefsUrl }: Settings, { tcp }: System): Finding[] {
  const guarded = new Map([
    [Number(new URL(litefsUrl).port || 80), 'LiteFS'],
    [20202, 'LiteFS'],
    [8500, 'Consul'],
  ])
  const open = tcp
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1).flatMap(listenerOf))
  return [...guarded].flatMap(([port, program]) => {
    const found = open.find((listener) => listener.port === port && !listener.isLoopback)
    return found ? find('ports_open', `port ${port} of ${program} can be reached from other machines`) : []
  })
}

/** A line of /proc/net/tcp: `0: 0100007F:4EEA 00000000:0000 0A …`, addresses in the machine's byte order, 0A is LISTEN. */
function listenerOf(line: string): { port: number; isLoopback: boolean }[] {
  const [, local = '', , state] = line.trim().split(/\s+/)
  const [address = '', port = ''] = local.split(':')
  if (state !== '0A') return []
  const isLoopback = /7F$/.test(address) && address.length === 8
  const isLoopback6 = address === '00000000000000000000000001000000' || /^0000000000000000FFFF0000.{6}7F$/.test(address)
  return [{ port: Number.parseInt(port, 16), isLoopback: isLoopback || isLoopback6 }]
}
