/**
 * What `atoll doctor` can find, and what to do about it. `fatal` ones stop `atoll start`, too; `error` ones end the
 * command with 1; the others are worth a look.
 */
export const findings = {
  bad_setting: { severity: 'fatal', fix: 'Correct the setting that the message names; docs/settings.md has them all.' },
  secret_missing: { severity: 'fatal', fix: 'Set it to what `openssl rand -hex 32` prints, the same on every node.' },
  secret_short: { severity: 'fatal', fix: 'Set it to what `openssl rand -hex 32` prints, the same on every node.' },
  data_missing: { severity: 'fatal', fix: 'Make the folder, or name another one with ATOLL_DATA.' },
  data_not_writable: { severity: 'fatal', fix: 'Give the user that runs Atoll the right to write there (`chown`).' },
  mount_closed: {
    severity: 'fatal',
    fix: 'Set `fuse.allow-other: true` in litefs.yml: only the user of LiteFS may look in.',
  },
  fuse_missing: { severity: 'fatal', fix: 'Install fuse3, and give the container /dev/fuse and CAP_SYS_ADMIN.' },
  litefs_missing: {
    severity: 'error',
    fix: 'Put the program `litefs` into a folder of PATH, or name where it is with ATOLL_LITEFS.',
  },
  git_missing: {
    severity: 'error',
    fix: 'Install git: the site runs it when the git hook is called. The image has none; add it, or use `atoll publish`.',
  },
  outside_mount: {
    severity: 'error',
    fix: 'Use the folder where LiteFS shows the database (`fuse.dir`): elsewhere nothing is replicated.',
  },
  bypasses_litefs: {
    severity: 'fatal',
    fix: 'Use `fuse.dir`, never `data.dir`: every node would have a database of its own.',
  },
  disk_nearly_full: {
    severity: 'error',
    fix: 'Make room, or use a larger volume: a full disk stops writes, and LiteFS.',
  },
  consul_unreachable: {
    severity: 'error',
    fix: 'Check the address and the token: without Consul there is no failover.',
  },
  consul_other_cluster: {
    severity: 'error',
    fix: 'Use a key of its own, or delete `<key>/clusterid` if the old cluster is gone.',
  },
  clock_wrong: {
    severity: 'error',
    fix: 'Run a time service (systemd-timesyncd, chrony): tokens and certificates need the time.',
  },
  ports_open: { severity: 'error', fix: 'Let it listen on loopback only: it takes orders from whoever reaches it.' },
  name_from_image: { severity: 'error', fix: 'Give each node a name that stays: ATOLL_NODE=lhr-1.' },
  listens_on_loopback: { severity: 'error', fix: 'Set HOST to `::`: nobody outside of this machine can reach it.' },
  fly_autostop: {
    severity: 'error',
    fix: 'Set auto_stop_machines = "off" and auto_start_machines = false: a machine that wakes with old data may become primary.',
  },
  fly_release_command: {
    severity: 'error',
    fix: 'Remove it: it runs beside the nodes, on no volume. The primary alone migrates, when it starts.',
  },
  fly_without_volume: {
    severity: 'error',
    fix: 'Add [mounts]: without a volume every deploy begins with an empty database.',
  },
  fly_data_off_volume: { severity: 'error', fix: 'Put the folder below the destination of [mounts].' },
  fly_wrong_port: { severity: 'error', fix: 'Make internal_port and PORT the same.' },
  fly_short_kill: {
    severity: 'warning',
    fix: 'Set kill_timeout = "60s": a handover has to end before the machine does.',
  },
  fly_no_url: { severity: 'warning', fix: 'Set ATOLL_URL to the public address, or links will lead to localhost.' },
  dns_missing: { severity: 'error', fix: 'Add A and AAAA records for the name.' },
  apex_cname: {
    severity: 'error',
    fix: 'Replace the CNAME by A and AAAA records: a name with other records cannot have one.',
  },
  certificate_bad: { severity: 'error', fix: 'Get a certificate for this name (`fly certs add`, or let Caddy do it).' },
  certificate_ends_soon: { severity: 'error', fix: 'Find out why it is not renewed: it should have been at 30 days.' },
  not_listening: { severity: 'error', fix: 'Start the site, and let HOST and PORT be what the proxy asks for.' },
  not_ready: { severity: 'error', fix: 'Ask /ready for the reason.' },
  redirect_loop: {
    severity: 'error',
    fix: 'Let the proxy send x-forwarded-proto, and name its network in ATOLL_TRUSTED_PROXIES; at Cloudflare use "Full (strict)".',
  },
  wrong_public_host: {
    severity: 'error',
    fix: 'Set ATOLL_URL to the address that readers use, and start the site again.',
  },
  websocket_fails: {
    severity: 'error',
    fix: 'Let the proxy pass on `Upgrade`: without it pages fall back to slower updates.',
  },
  versions_cannot_talk: {
    severity: 'error',
    fix: 'Deploy the release in between first: these two share no protocol, and their nodes would not see each other.',
  },
  secret_differs: { severity: 'error', fix: 'Give every node the same ATOLL_CLUSTER_SECRET.' },
  node_unreachable: {
    severity: 'warning',
    fix: 'Start the other node, or open its ATOLL_CLUSTER_PORT for this one.',
  },
  versions_differ: {
    severity: 'warning',
    fix: 'Finish the deploy: nodes should run the same release, but for a while.',
  },
} as const satisfies Record<string, { severity: 'fatal' | 'error' | 'warning'; fix: string }>

export type FindingCode = keyof typeof findings

export interface Finding {
  code: FindingCode
  /** What was found, and where. */
  message: string
}

export function find(code: FindingCode, message: string): Finding[] {
  return [{ code, message }]
}

export function describeFinding({ code, message }: Finding): string {
  const { severity, fix } = findings[code]
  return `${severity}: ${message}. ${fix} [${code}]`
}
