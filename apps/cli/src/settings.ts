import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseAddress } from '@atoll/cluster'
import { parseNetworks } from '@atoll/web'
import { clusterSettings, defaultNode, siteSecretOf } from './cluster-settings.ts'
import { CommandError } from './errors.ts'
import { number, oneOf, optional, type Setting, text, yesOrNo } from './setting.ts'
import { supervisorSettings } from './supervisor-settings.ts'

/** Every setting there is. docs/settings.md is made from this table. */
export const settingsTable = {
  port: {
    env: 'PORT',
    flag: '--port <number>',
    summary: 'Port of the site; 0 takes a free one.',
    default: '4000',
    parse: number(0, 65535, 'a port number from 0 to 65535'),
  },
  host: {
    env: 'HOST',
    flag: '--host <address>',
    summary: 'Address to listen on; `::` is every address, IPv4 included.',
    default: '::',
    parse: text,
  },
  content: {
    env: 'ATOLL_CONTENT',
    flag: '--content <folder>',
    summary: 'Folder with posts, projects, pages, assets and site.yaml.',
    default: 'content',
    parse: text,
  },
  data: {
    env: 'ATOLL_DATA',
    flag: '--data <folder>',
    summary: 'Folder of the database and of what is made once: secrets, caches. Made when missing.',
    default: 'data',
    parse: text,
  },
  url: {
    env: 'ATOLL_URL',
    flag: '--url <address>',
    summary: 'Public address of the site, as feeds, canonical links and cards name it.',
    default: 'http://localhost:<PORT>',
    parse: parseOrigin,
  },
  trustedProxies: {
    env: 'ATOLL_TRUSTED_PROXIES',
    flag: '--trusted-proxies <networks>',
    summary: 'Networks whose `x-forwarded-*` headers are believed: `loopback`, `private`, `10.0.0.0/8`, or `none`.',
    default: 'loopback, private',
    parse: (text) => {
      const value = parseNetworks(text)
      return value ? { value } : { wanted: 'networks like `loopback, 203.0.113.0/24`, or none' }
    },
  },
  clientAddressHeader: {
    env: 'ATOLL_CLIENT_ADDRESS_HEADER',
    flag: '',
    summary: 'Header in which those networks say where a reader is: a list, or one address as in `fly-client-ip`.',
    default: 'x-forwarded-for',
    parse: (value) => (/^[\w-]+$/.test(value) ? { value: value.toLowerCase() } : { wanted: 'the name of a header' }),
  },
  secret: {
    env: 'ATOLL_SECRET',
    flag: '',
    summary: 'Signs preview links; at least 32 characters. Made once in the data folder when not set.',
    default: '<data>/secret',
    isSecret: true,
    parse: (value) =>
      value.length >= 32 ? { value } : { wanted: 'at least 32 characters, as `openssl rand -hex 32` prints' },
  },
  watch: {
    env: 'ATOLL_WATCH',
    flag: '--watch <yes|no>',
    summary: 'Import the content folder again whenever something in it changes.',
    default: 'yes',
    parse: yesOrNo,
  },
  cacheMb: {
    env: 'ATOLL_CACHE_MB',
    flag: '--cache-mb <number>',
    summary: 'Memory for rendered pages, in MiB.',
    default: '32',
    parse: number(1, 65536, 'a whole number of MiB, at least 1'),
  },
  largeFileMb: {
    env: 'ATOLL_LARGE_FILE_MB',
    flag: '--large-file-mb <number>',
    summary: 'Files of this size and more, in MiB, stay out of the database and are served from the content folder.',
    default: '8',
    parse: number(1, 1024, 'a whole number of MiB from 1 to 1024'),
  },
  gitUrl: {
    env: 'ATOLL_GIT_URL',
    flag: '',
    summary: 'Repository with the content, published when the git hook is called: an https address or a folder.',
    default: 'none',
    parse: optional(text),
  },
  gitBranch: {
    env: 'ATOLL_GIT_BRANCH',
    flag: '',
    summary: 'Its branch; `none` is the one that the repository names.',
    default: 'none',
    parse: optional(text),
  },
  gitPath: {
    env: 'ATOLL_GIT_PATH',
    flag: '',
    summary: 'Where the content folder is in it; `none` is its root.',
    default: 'none',
    parse: optional(text),
  },
  hookSecret: {
    env: 'ATOLL_HOOK_SECRET',
    flag: '',
    summary: 'Signs calls of the git hook, `POST /api/hooks/git`; at least 16 characters.',
    default: 'none',
    isSecret: true,
    parse: optional((value) => (value.length >= 16 ? { value } : { wanted: 'at least 16 characters' })),
  },
  backupTo: {
    env: 'ATOLL_BACKUP_TO',
    flag: '--backup-to <place>',
    summary: 'Where backups go: a folder, or `s3://bucket/prefix` with the usual `AWS_…` variables.',
    default: 'none',
    parse: optional(text),
  },
  backupEvery: {
    env: 'ATOLL_BACKUP_EVERY',
    flag: '',
    summary: 'Minutes between two backups of a site that changes all the time.',
    default: '60',
    parse: number(1, 100_000, 'a whole number of minutes, at least 1'),
  },
  backupAfter: {
    env: 'ATOLL_BACKUP_AFTER',
    flag: '',
    summary: 'Seconds from a change to a backup that has it.',
    default: '300',
    parse: number(1, 100_000, 'a whole number of seconds, at least 1'),
  },
  metricsAt: {
    env: 'ATOLL_METRICS',
    flag: '',
    summary: 'Where `/metrics` is served without a token, like `127.0.0.1:9464`; whoever reaches it can read it.',
    default: 'none',
    parse: parseListener,
  },
  lanyard: {
    env: 'ATOLL_LANYARD',
    flag: '',
    summary: 'The Lanyard that is asked for the Discord status of `discord_id` in site.yaml; default: the public one.',
    default: 'wss://api.lanyard.rest/socket',
    parse: parseSocketAddress,
  },
  tracesTo: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    flag: '',
    summary: 'OpenTelemetry collector that gets traces over HTTP, like `http://127.0.0.1:4318`.',
    default: 'none',
    parse: optional(parseOrigin),
  },
  tracedShare: {
    env: 'ATOLL_TRACED_SHARE',
    flag: '',
    summary: 'Which part of the requests is traced, from 0 to 1.',
    default: '1',
    parse: (value) => {
      const share = Number(value)
      return value !== '' && share >= 0 && share <= 1 ? { value: share } : { wanted: 'a number from 0 to 1' }
    },
  },
  logLevel: {
    env: 'ATOLL_LOG_LEVEL',
    flag: '--log-level <level>',
    summary: 'The least important log line to print: debug, info, warn, error or silent.',
    default: 'info',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  },
  ...clusterSettings,
  ...supervisorSettings,
} satisfies Record<string, Setting<unknown>>

type Table = typeof settingsTable
type Parsed<S> = S extends { parse: (text: string) => infer Result }
  ? Extract<Result, { value: unknown }>['value']
  : never

export type SettingName = keyof Table
export type Settings = { [Name in SettingName]: Parsed<Table[Name]> }

/** Flags win over the environment, the environment over the defaults. The first wrong one is thrown. */
export function readSettings(flags: Record<string, unknown>, env: NodeJS.ProcessEnv): Settings {
  const settings: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settingsTable) as [SettingName, Setting<unknown>][]) {
    settings[name] = readSetting(name, setting, flags, env)
  }
  const { port, url, content, data, node, litefsData, clusterAddress } = settings as Settings
  return {
    ...(settings as Settings),
    content: resolve(content),
    data: resolve(data),
    node: node === settingsTable.node.default ? defaultNode() : node,
    clusterAddress: clusterAddress === settingsTable.clusterAddress.default ? defaultNode() : clusterAddress,
    litefsData: resolve(litefsData === settingsTable.litefsData.default ? join(data, 'litefs') : litefsData),
    url: url === settingsTable.url.default ? `http://localhost:${port}` : url,
  }
}

/**
 * The secret that was set; else the one in the data folder, made there the first time, or on a cluster one made from
 * the cluster secret, because every node has a data folder of its own.
 */
export function readSecret({ secret, data, replication, clusterSecret }: Settings): string {
  if (secret !== settingsTable.secret.default) return secret
  if (replication === 'litefs' && clusterSecret) return siteSecretOf(clusterSecret)
  const file = join(data, 'secret')
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8').trim()
}

function readSetting(
  name: SettingName,
  setting: Setting<unknown>,
  flags: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): unknown {
  const flag = flags[name]
  const variable = !env[setting.env] && setting.alsoEnv && env[setting.alsoEnv] ? setting.alsoEnv : setting.env
  const source = typeof flag === 'string' ? setting.flag.split(' ')[0] : variable
  const found = typeof flag === 'string' ? flag : env[variable]
  if (found === undefined || (found === '' && typeof flag !== 'string')) return defaultOf(setting)

  const parsed = setting.parse(found.trim())
  if ('value' in parsed) return parsed.value
  const shown = setting.isSecret ? `${found.length} characters` : JSON.stringify(found)
  throw new CommandError(`${source}: found ${shown}, wanted ${parsed.wanted}`)
}

function defaultOf(setting: Setting<unknown>): unknown {
  const parsed = setting.parse(setting.default)
  // Defaults that are computed are written in angle brackets and replaced by whoever knows.
  return 'value' in parsed ? parsed.value : setting.default
}

function parseOrigin(value: string): { value: string } | { wanted: string } {
  const wanted = 'an address like https://example.org, without a path'
  if (!URL.canParse(value)) return { wanted }
  const { origin, protocol, pathname, search, hash } = new URL(value)
  const isBare = pathname === '/' && search === '' && hash === ''
  return isBare && /^https?:$/.test(protocol) ? { value: origin } : { wanted }
}

function parseListener(value: string): { value: { host: string; port: number } | undefined } | { wanted: string } {
  if (value === 'none') return { value: undefined }
  try {
    return { value: parseAddress(value) }
  } catch {
    return { wanted: 'an address with a port, like 127.0.0.1:9464, or none' }
  }
}

function parseSocketAddress(text: string) {
  const isSocket = URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol)
  return isSocket ? { value: text } : { wanted: 'an address like wss://lanyard.example.org/socket' }
}
