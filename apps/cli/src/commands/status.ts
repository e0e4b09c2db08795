import { ageOf, type Status, secondsOf, summaryOf } from '@atoll/web'
import type { AtollCommand } from '../command.ts'
import { openSite, tokenOf } from '../publish/site-client.ts'

export const status: AtollCommand = {
  usage: 'status',
  summary: 'say how a running site is: regions, lag, failovers, backups; ends with 1 if something needs a person',
  settings: ['port', 'url'],
  options: [
    ['--token <token>', 'made by `atoll token --scope operate`, shows names and reasons too (default: ATOLL_TOKEN)'],
    ['--json', 'print all of it as JSON'],
  ],
  async run({ settings, flags }) {
    const site = openSite({ url: settings.url, token: tokenOf(flags) })
    const found = (await site.call('GET', '/api/status')) as Status
    console.log(flags.json === true ? JSON.stringify(found) : describeStatus(found, Date.now()))
    const isWell =
      found.nodes.some(({ role }) => role === 'primary') && !found.backups?.failure && found.troubles.length === 0
    return isWell && found.backups?.drill?.isGood !== false ? 0 : 1
  },
}

/** A few lines for a person. */
export function describeStatus(status: Status, now: number): string {
  const { nodes, failovers, backups, troubles, since, version } = status
  const rows = nodes.map(({ name, region, role, version, lagMs, isHere }) => [
    `${isHere ? '*' : ' '} ${name}`,
    region,
    role,
    role === 'primary' || lagMs === undefined ? '' : `${Math.round(lagMs)} ms behind`,
    version,
  ])
  const lines = [summaryOf(status), ...align(rows)]
  if (backups) {
    const { backup, drill, failure } = backups
    lines.push(
      backup ? `last backup ${ageOf(backup.at, now)} ago, ${(backup.bytes / 1e6).toFixed(1)} MB` : 'no backup yet',
    )
    if (drill)
      lines.push(`last drill ${ageOf(drill.at, now)} ago: ${drill.isGood ? 'good' : (drill.reason ?? 'failed')}`)
    if (failure) lines.push(`backup failed ${ageOf(failure.at, now)} ago${failure.reason ? `: ${failure.reason}` : ''}`)
  }
  for (const { at, from, to, durationMs } of failovers.slice(0, 3)) {
    const names = from && to ? ` (${from} to ${to})` : ''
    lines.push(`failover ${ageOf(at, now)} ago, ${secondsOf(durationMs)} without a primary${names}`)
  }
  lines.push(...troubles.map((trouble) => `! ${trouble}`), `atoll ${version}, up for ${ageOf(since, now)}`)
  return lines.join('\n')
}

function align(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}
