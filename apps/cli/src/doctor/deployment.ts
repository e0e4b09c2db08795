import { posix } from 'node:path'
import { parse } from 'smol-toml'
import { type Finding, find } from './findings.ts'

/** The parts of a fly.toml that can be wrong in a way that loses data or readers. */
interface FlyFile {
  kill_timeout?: unknown
  deploy?: { release_command?: unknown }
  env?: Record<string, unknown>
  mounts?: { destination?: string } | { destination?: string }[]
  http_service?: FlyService
  services?: FlyService[]
}

interface FlyService {
  internal_port?: number
  auto_stop_machines?: unknown
  auto_start_machines?: unknown
}

/** Reads a fly.toml before it is deployed. */
export function checkFlyFile(text: string): Finding[] {
  let file: FlyFile
  try {
    file = parse(text) as FlyFile
  } catch (error) {
    return find('bad_setting', `fly.toml cannot be read: ${(error as Error).message.split('\n')[0]}`)
  }
  const env = Object.fromEntries(Object.entries(file.env ?? {}).map(([name, value]) => [name, String(value)]))
  const services = [...(file.http_service ? [file.http_service] : []), ...(file.services ?? [])]
  return [
    ...services.flatMap((service) => checkService(service, env)),
    ...checkVolumes([file.mounts ?? []].flat(), env),
    ...checkKill(file.kill_timeout),
    ...checkRelease(file.deploy?.release_command),
    ...(isLoopback(env.HOST) ? find('listens_on_loopback', `fly.toml sets HOST to ${env.HOST}`) : []),
    ...(env.ATOLL_URL ? [] : find('fly_no_url', 'fly.toml does not set ATOLL_URL')),
  ]
}

function checkService(
  { internal_port, auto_stop_machines, auto_start_machines }: FlyService,
  env: Record<string, string>,
) {
  // Fly's own default is to start machines when they are asked for.
  const stops = ![undefined, false, 'off'].includes(auto_stop_machines as undefined)
  const starts = auto_start_machines !== false
  const port = Number(env.PORT ?? 4000)
  return [
    ...(stops || starts
      ? find('fly_autostop', `fly.toml lets machines be ${stops ? 'stopped' : 'started'} by themselves`)
      : []),
    ...(internal_port !== port
      ? find('fly_wrong_port', `fly.toml asks port ${internal_port}, and the site listens on ${port}`)
      : []),
  ]
}

function checkVolumes(mounts: { destination?: string }[], env: Record<string, string>): Finding[] {
  if (mounts.length === 0) return find('fly_without_volume', 'fly.toml has no [mounts]')
  const isOnVolume = (folder: string) =>
    mounts.some(({ destination = '' }) => `${posix.resolve(folder)}/`.startsWith(`${posix.resolve(destination)}/`))
  const data = env.ATOLL_DATA
  return data && !isOnVolume(data)
    ? find('fly_data_off_volume', `fly.toml sets ATOLL_DATA to ${data}, which is not on a volume`)
    : []
}

/** What a stop takes when each part of it needs all its time (docs/running.md). */
const longestStopSeconds = 35

function checkKill(timeout: unknown): Finding[] {
  const seconds = secondsOf(timeout ?? 5)
  return seconds <= longestStopSeconds ? find('fly_short_kill', `fly.toml gives a machine ${seconds} s to stop`) : []
}

/** The place where the original's author had his migrations, among others. */
function checkRelease(command: unknown): Finding[] {
  return command ? find('fly_release_command', `fly.toml runs \`${command}\` before each deploy`) : []
}

function secondsOf(value: unknown): number {
  if (typeof value === 'number') return value
  const [, number = '0', unit = 's'] = /^(\d+)(ms|s|m)?$/.exec(String(value)) ?? []
  return Number(number) * { ms: 0.001, s: 1, m: 60 }[unit]!
}

export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127\.[\d.]+|::1)$/.test(host)
}
