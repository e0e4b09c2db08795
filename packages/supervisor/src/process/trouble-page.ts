import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Log } from './log.ts'
import type { Trouble } from './trouble.ts'

export interface TroublePage {
  /** Listens in place of the app and says what is wrong; shows the newest trouble when it listens already. */
  show(trouble: Trouble): Promise<void>
  /** Gives the address free for the app. */
  hide(): Promise<void>
}

interface TroublePageOptions {
  host: string
  port: number
  log: Log
}

/**
 * Stands in for the app while something that needs a person keeps it from starting. A node that ended instead would be
 * started again and again, and nobody could look at it.
 */
export function createTroublePage({ host, port, log }: TroublePageOptions): TroublePage {
  let server: Server | undefined
  let trouble: Trouble | undefined

  return {
    async show(newest) {
      if (trouble?.code !== newest.code) log.error({ code: newest.code, fix: newest.fix }, newest.what)
      trouble = newest
      server ??= await listen().catch((error) => {
        log.warn({ err: error }, 'cannot show on the port of the site what is wrong')
        return undefined
      })
    },
    async hide() {
      const closing = server
      server = undefined
      trouble = undefined
      if (!closing) return
      closing.closeAllConnections()
      await new Promise((resolve) => closing.close(resolve))
    },
  }

  function listen(): Promise<Server> {
    const listening = createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, answer)
    listening.maxConnections = 100
    return new Promise((resolve, reject) => {
      listening.once('error', reject)
      listening.listen({ host, port }, () => resolve(listening))
    })
  }

  function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Cache-Control', 'no-store')
    // The platform must not end this machine: that would be the loop again, and nobody could look.
    if (url === '/health') return void response.end('ok')

    const { code, what, fix } = trouble!
    const isJson = /\bapplication\/json\b/.test(headers.accept ?? '') || url.includes('format=json')
    response.statusCode = 503
    response.setHeader('Retry-After', '10')
    response.setHeader('Content-Type', isJson ? 'application/json' : 'text/plain; charset=utf-8')
    response.end(
      isJson
        ? JSON.stringify({ status: 'unavailable', phase: 'cannot start', reasons: [what], code, fix })
        : `This site cannot be served at the moment: ${what}.\n${fix}\n(${code})\n`,
    )
  }
}
