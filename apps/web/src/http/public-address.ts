import type { IncomingMessage } from 'node:http'
import type { Networks } from './networks.ts'

export interface Redirect {
  /** 307 until it is proven that the other address leads here: browsers keep a 308 for ever. */
  status: 307 | 308
  location: string
}

export interface PublicAddress {
  /** Where this request should have gone, if that is elsewhere. */
  redirectOf(request: IncomingMessage): Redirect | undefined
}

interface PublicAddressOptions {
  /** `https://example.org`: scheme, host and port, as readers see them. */
  origin: string
  /** Whose `x-forwarded-*` headers are believed. */
  trustedProxies: Networks
  now?: () => number
}

/** What is known of the address that the reader asked for. */
interface Asked {
  /** Nothing when the proxy in front does not say: then TLS may or may not end there. */
  scheme: string | undefined
  host: string
}

const guesses = 5
const guessWindowMs = 60_000

/**
 * Leads readers to the public address: from http to https, and from `www.` to the name without it, or the other way
 * round if the public address has it. Nobody else is led anywhere: probes ask by number, and platforms by their names.
 *
 * A proxy that speaks to us over http and says so of readers who came by https, or one that itself leads the public
 * name elsewhere, would make a loop of this. So only what is known leads anywhere, not what is missing; and until a
 * request was seen to arrive at the public name, and by https where that is what is asked for, only a few a minute are
 * sent there.
 */
export function createPublicAddress(options: PublicAddressOptions): PublicAddress {
  const { origin, trustedProxies, now = () => performance.now() } = options
  const { protocol, host } = new URL(origin)
  const scheme = protocol.slice(0, -1)
  const twin = host.startsWith('www.') ? host.slice(4) : `www.${host}`
  const arrived = { name: false, https: false }
  let windowEnds = Number.NEGATIVE_INFINITY
  let guessesLeft = 0

  return {
    redirectOf(request) {
      const asked = askedAddress(request)
      if (asked.host !== twin && asked.host !== host) return undefined
      const needsHttps = scheme === 'https' && asked.scheme === 'http'
      if (needsHttps || asked.host === twin) return redirect(request, needsHttps ? arrived.https : arrived.name)
      arrived.name = true
      arrived.https ||= asked.scheme === 'https'
      return undefined
    },
  }

  function askedAddress({ headers, socket }: IncomingMessage): Asked {
    const forwardedScheme = headers['x-forwarded-proto']
    const forwardedHost = headers['x-forwarded-host']
    const isBelieved =
      (forwardedScheme !== undefined || forwardedHost !== undefined) && trustedProxies.has(socket.remoteAddress)
    return {
      scheme: isBelieved ? firstOf(forwardedScheme) : undefined,
      host: withoutDefaultPort((isBelieved && firstOf(forwardedHost)) || headers.host || ''),
    }
  }

  function redirect({ url = '/' }: IncomingMessage, isProven: boolean): Redirect | undefined {
    if (!isProven && !mayGuess()) return undefined
    // A target like `*` or `http://…` is no path of ours.
    const path = url.startsWith('/') ? url : '/'
    return { status: isProven ? 308 : 307, location: origin + path }
  }

  function mayGuess(): boolean {
    if (now() >= windowEnds) {
      windowEnds = now() + guessWindowMs
      guessesLeft = guesses
    }
    guessesLeft -= 1
    return guessesLeft >= 0
  }
}

/** Proxies in a row append to the list; the first is what the reader used. */
function firstOf(header: string | string[] | undefined): string | undefined {
  const first = (Array.isArray(header) ? header[0] : header)?.split(',', 1)[0]?.trim().toLowerCase()
  return first === '' ? undefined : first
}

function withoutDefaultPort(host: string): string {
  return host.toLowerCase().replace(/:(80|443)$/, '')
}
