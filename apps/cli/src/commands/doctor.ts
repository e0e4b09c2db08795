import { join } from 'node:path'
import type { AtollCommand } from '../command.ts'
import { examine } from '../doctor/examine.ts'
import { describeFinding, findings } from '../doctor/findings.ts'
import { readSettings } from '../settings.ts'

export const doctor: AtollCommand = {
  usage: 'doctor',
  summary:
    'find what is wrong with this machine, its settings, fly.toml, Consul, the other nodes, or a site at --url; changes nothing',
  settings: [],
  options: [
    ['--url <address>', 'look at a running site as a reader does: DNS, certificate, redirects, WebSocket, clock'],
    ['--fly <file>', 'a fly.toml to look at (default: fly.toml, if there is one)'],
    ['--consul <address>', 'Consul (default: ATOLL_CONSUL_URL or FLY_CONSUL_URL)'],
    ['--consul-key <key>', 'the key of the lease (default: ATOLL_CONSUL_KEY or atoll/primary)'],
    ['--litefs-data <folder>', "LiteFS's own folder (default: ATOLL_LITEFS_DATA or <data>/litefs)"],
    ['--json', 'print what was found as JSON'],
  ],
  async run({ flags }) {
    const { env } = process
    const text = (flag: string, fallback?: string) =>
      typeof flags[flag] === 'string' ? (flags[flag] as string) : fallback
    const consul = text('consul', env.ATOLL_CONSUL_URL ?? env.FLY_CONSUL_URL)
    const url = text('url')
    const found = await examine({
      settings: () => readSettings({}, env),
      asksNodes: true,
      flyFile: text('fly', 'fly.toml')!,
      ...(url && { url }),
      ...(consul && {
        consul: {
          url: consul,
          key: text('consulKey', env.ATOLL_CONSUL_KEY ?? 'atoll/primary')!,
          litefsData: text('litefsData', env.ATOLL_LITEFS_DATA ?? join(env.ATOLL_DATA ?? 'data', 'litefs'))!,
        },
      }),
    })
    if (flags.json === true)
      console.log(JSON.stringify(found.map((finding) => ({ ...findings[finding.code], ...finding }))))
    else for (const finding of found) console.log(describeFinding(finding))
    const isSick = found.some(({ code }) => findings[code].severity !== 'warning')
    if (flags.json !== true) console.log(found.length === 0 ? 'found nothing wrong' : `found ${found.length}`)
    return isSick ? 1 : 0
  },
}
