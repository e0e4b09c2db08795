import { setTimeout as delay } from 'node:timers/promises'
import { CommandError } from '../errors.ts'
import { whyUnanswered } from '../unanswered.ts'

/** What the site said: `code` is the contract. */
export class SiteError extends CommandError {
  readonly code: string

  constructor({ code, message, fix }: { code: string; message: string; fix: string }) {
    super(`${message}. ${fix} [${code}]`)
    this.code = code
  }
}

export interface SiteClient {
  readonly origin: string
  /** Sends JSON or bytes, and returns the JSON of the answer. Asks again while the site cannot be reached. */
  call(method: string, path: string, body?: object | Uint8Array): Promise<unknown>
  /** The bytes of an answer. */
  bytes(path: string): Promise<Uint8Array>
  /** The lines of an answer that is written while the work goes on. Not asked again. */
  lines(method: string, path: string, body: object): AsyncGenerator<Record<string, unknown>>
}

/** Waits between attempts, in milliseconds: a node that restarts is back within them. */
const waits = [200, 500, 1000, 2000, 4000, 8000]

/** The token for a site: given on the command line, or in the environment, where nobody sees it in a list of processes. */
export function tokenOf(flags: Record<string, unknown>): string | undefined {
  return typeof flags.token === 'string' ? flags.token : process.env.ATOLL_TOKEN
}

export function openSite({ url, token }: { url: string; token: string | undefined }): SiteClient {
  if (!URL.canParse(url))
    throw new CommandError(`found ${JSON.stringify(url)}, wanted the address of a site: https://example.org`)
  const { origin } = new URL(url)
  /** What was written last: the next node that answers must have it. */
  let written: string | undefined

  return {
    origin,
    async call(method, path, body) {
      const answer = (await (await insist(method, path, body)).json()) as { token?: string }
      written = answer.token ?? written
      return answer
    },
    bytes: async (path) => new Uint8Array(await (await insist('GET', path)).arrayBuffer()),
    async *lines(method, path, body) {
      const answer = await attempt(method, path, body)
      if (answer.kind !== 'answered') throw answer.error
      let rest = ''
      try {
        for await (const chunk of answer.response.body!.pipeThrough(new TextDecoderStream())) {
          const lines = (rest + chunk).split('\n')
          rest = lines.pop()!
          for (const line of lines) yield JSON.parse(line)
        }
      } catch (error) {
        throw new CommandError(`${origin} ended its answer early`, { cause: error })
      }
    },
  }

  async function insist(method: string, path: string, body?: object | Uint8Array): Promise<Response> {
    for (const wait of waits) {
      const answer = await attempt(method, path, body)
      if (answer.kind === 'answered') return answer.response
      await delay(wait)
    }
    const last = await attempt(method, path, body)
    if (last.kind === 'unanswered') throw last.error
    return last.response
  }

  type Attempt = { kind: 'answered'; response: Response } | { kind: 'unanswered'; error: CommandError }

  async function attempt(method: string, path: string, body?: object | Uint8Array): Promise<Attempt> {
    let response: Response
    try {
      response = await fetch(origin + path, {
        method,
        // A token goes to nobody but the site it is for.
        redirect: 'manual',
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(written && { 'atoll-token': written }),
        },
        ...(body && { body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
      })
    } catch (error) {
      return {
        kind: 'unanswered',
        error: new CommandError(`cannot reach ${origin}: ${whyUnanswered(error)}`, { cause: error }),
      }
    }
    if (response.ok) return { kind: 'answered', response }
    const error = await errorOf(response)
    if (response.status >= 502 && response.status <= 504) return { kind: 'unanswered', error }
    throw error
  }

  async function errorOf(response: Response): Promise<CommandError> {
    const location = response.headers.get('location')
    if (location) return new CommandError(`${origin} leads to ${new URL(location, origin).origin}: name that with --to`)
    const text = await response.text()
    try {
      return new SiteError((JSON.parse(text) as { error: ConstructorParameters<typeof SiteError>[0] }).error)
    } catch {
      return new CommandError(`${origin} answered ${response.status}: is it an Atoll site?`)
    }
  }
}
