import { number, optional, type Setting, text, yesOrNo } from './setting.ts'
import type { Settings } from './settings.ts'

/** What `atoll start` needs to run LiteFS and its guard beside the site. */
export const supervisorSettings = {
  consulUrl: {
    env: 'ATOLL_CONSUL_URL',
    alsoEnv: 'FLY_CONSUL_URL',
    flag: '',
    summary:
      'Consul, as `http(s)://[:TOKEN@]HOST[:PORT][/PREFIX]`, or `FLY_CONSUL_URL`. With it LiteFS is run for you.',
    default: 'none',
    isSecret: true,
    parse: optional((value) =>
      /^https?:\/\//.test(value) && URL.canParse(value)
        ? { value }
        : { wanted: 'an address like http://127.0.0.1:8500, as FLY_CONSUL_URL has it' },
    ),
  },
  consulKey: {
    env: 'ATOLL_CONSUL_KEY',
    flag: '',
    summary: 'Where in Consul the lease lies; one for each cluster.',
    default: 'atoll/primary',
    parse: (value) => (/^[\w.-]+(\/[\w.-]+)*$/.test(value) ? { value } : { wanted: 'a path like atoll/primary' }),
  },
  litefsData: {
    env: 'ATOLL_LITEFS_DATA',
    flag: '',
    summary: 'Folder of LiteFS itself, on the volume. Nobody else touches what is in it.',
    default: '<data>/litefs',
    parse: text,
  },
  litefsProgram: {
    env: 'ATOLL_LITEFS',
    flag: '',
    summary: 'The program that is LiteFS.',
    default: 'litefs',
    parse: text,
  },
  clusterAddress: {
    env: 'ATOLL_CLUSTER_ADDRESS',
    alsoEnv: 'FLY_PRIVATE_IP',
    flag: '',
    summary: 'How the other nodes reach this one: an address or a name, or `FLY_PRIVATE_IP`.',
    default: "<the machine's name>",
    parse: text,
  },
  isCandidate: {
    env: 'ATOLL_CANDIDATE',
    flag: '',
    summary: 'Whether this node may become primary.',
    default: 'yes',
    parse: yesOrNo,
  },
  expectedNodes: {
    env: 'ATOLL_EXPECTED_NODES',
    flag: '',
    summary:
      'A cluster that never existed begins once so many nodes are here; `none`: once somebody says `atoll init`.',
    default: 'none',
    parse: optional(number(1, 99, 'a number of nodes')),
  },
  minInSync: {
    env: 'ATOLL_MIN_IN_SYNC',
    flag: '',
    summary: 'So many nodes have to have a write before it is acknowledged; with fewer, writes wait.',
    default: '1',
    parse: number(1, 99, 'a number of nodes'),
  },
  preferredRegion: {
    env: 'ATOLL_PREFERRED_REGION',
    flag: '',
    summary: 'Region the primary returns to, by a planned handover, at most every ten minutes.',
    default: 'none',
    parse: optional(text),
  },
  user: {
    env: 'ATOLL_USER',
    flag: '',
    summary: 'Whom the site and the guard run as when `atoll start` is started as root; only LiteFS stays root then.',
    default: 'none',
    parse: optional(text),
  },
} satisfies Record<string, Setting<unknown>>

/** Whether `atoll start` runs LiteFS itself, or only the site. */
export function isSupervised({ replication, consulUrl }: Settings): boolean {
  return replication === 'litefs' && consulUrl !== undefined
}
