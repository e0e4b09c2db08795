import type { AtollCommand } from '../command.ts'
import { CommandError } from '../errors.ts'
import { openSite, SiteError, tokenOf } from '../publish/site-client.ts'
import type { Verdict } from '../verify/verify.ts'

export const verifyCommand: AtollCommand = {
  usage: 'verify',
  summary: 'try a running site out: roles, writes through each node, equal contents; removes what it wrote',
  settings: ['port', 'url'],
  options: [
    ['--token <token>', 'made by `atoll token --scope operate` (default: ATOLL_TOKEN)'],
    ['--json', 'print each check as a line of JSON'],
  ],
  async run({ settings, flags }) {
    const site = openSite({ url: settings.url, token: tokenOf(flags) })
    let failed = 0
    let isDone = false
    for await (const line of site.lines('POST', '/api/verify', {})) {
      const { verdict, error, done } = line as {
        verdict?: Verdict
        error?: ConstructorParameters<typeof SiteError>[0]
        done?: boolean
      }
      if (error) throw new SiteError(error)
      isDone ||= done === true
      if (!verdict) continue
      if (!verdict.isGood) failed++
      console.log(
        flags.json === true
          ? JSON.stringify(verdict)
          : `${verdict.isGood ? 'ok  ' : 'FAIL'} ${verdict.what} (${verdict.detail})`,
      )
    }
    if (!isDone) throw new CommandError(`${site.origin} ended its answer early`)
    return failed === 0 ? 0 : 1
  },
}
