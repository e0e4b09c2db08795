import { Resolver } from 'node:dns/promises'
import { existsSync, readFileSync } from 'node:fs'
import { CommandError } from '../errors.ts'
import { type Placement, readPlacement, withSupervisor } from '../placement.ts'
import type { Settings } from '../settings.ts'
import { type ConsulQuestion, checkConsul } from './consul.ts'
import { checkFlyFile, isLoopback } from './deployment.ts'
import { type Finding, type FindingCode, find, findings } from './findings.ts'
import { checkMachine, type System } from './machine.ts'
import { checkNodes } from './nodes.ts'
import { checkPublicSite } from './public-site.ts'

export interface Examination {
  /** As the environment and the command line say; what reads them throws for a wrong one. */
  settings: () => Settings
  /** Default: this machine. */
  system?: System
  flyFile?: string
  consul?: ConsulQuestion
  /** Of a running site. */
  url?: string
  resolver?: Resolver
  /** Whether the other nodes are asked who they are. */
  asksNodes?: boolean
}

/** Everything that can be found out from here, without changing anything. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const { flyFile, consul, url, resolver = new Resolver() } = examination
  const found = await Promise.all([
    examineMachine(examination),
    flyFile && existsSync(flyFile) ? checkFlyFile(readFileSync(flyFile, 'utf8')) : [],
    consul ? checkConsul(consul) : [],
    url ? checkPublicSite(url, { resolver }) : [],
    examination.asksNodes ? examineNodes(examination) : [],
  ])
  return found.flat()
}

/** What can be seen without asking anybody else; `atoll start` begins with it. */
export function examineMachine({ settings: read, system }: Pick<Examination, 'settings' | 'system'>): Finding[] {
  let settings: Settings
  try {
    settings = read()
    readPlacement(withSupervisor(settings))
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return find(codeOf(error.message), error.message)
  }
  const isAlone = isLoopback(settings.host) && process.env.FLY_APP_NAME !== undefined
  const host = isAlone ? find('listens_on_loopback', `HOST is ${settings.host}`) : []
  return [...host, ...checkMachine(settings, system)]
}

/** Settings that are wrong are what `examineMachine` tells of. */
async function examineNodes({ settings: read }: Pick<Examination, 'settings'>): Promise<Finding[]> {
  let placement: Placement
  try {
    placement = readPlacement(withSupervisor(read()))
  } catch (error) {
    if (error instanceof CommandError) return []
    throw error
  }
  return placement.kind === 'litefs' ? checkNodes(placement) : []
}

/** Throws for what would only fail later, or lose data: one line, with what to do. */
export function refuseToStart(settings: Settings, system?: System): void {
  const fatal = checkMachine(settings, system).find(({ code }) => findings[code].severity === 'fatal')
  if (fatal) throw new CommandError(`${fatal.message}. ${findings[fatal.code].fix}`)
}

function codeOf(message: string): FindingCode {
  if (!/^ATOLL_(?:CLUSTER_)?SECRET|^ATOLL_HOOK_SECRET/.test(message)) return 'bad_setting'
  return message.includes('not set') ? 'secret_missing' : 'secret_short'
}
