import { GuardError } from './errors.ts'

/** A key as Consul holds it. */
export interface ConsulEntry {
  key: string
  value: string
  /** Consul's `ModifyIndex`: moves with each change of the key, unless it is set to what it already holds. */
  index: number
  session: string | undefined
}

/** One step of a transaction; keys are without the prefix. Verbs: Consul's "KV Operations in Transactions". */
export type ConsulStep =
  | { verb: 'check-index'; key: string; index: number }
  | { verb: 'check-session'; key: string; session: string }
  | { verb: 'check-not-exists'; key: string }
  | { verb: 'set'; key: string; value: string }
  /** Index 0 means that the key does not exist yet. */
  | { verb: 'cas'; key: string; value: string; index: number }
  | { verb: 'lock'; key: string; value: string; session: string }
  | { verb: 'unlock'; key: string; value: string; session: string }
  | { verb: 'delete'; key: string }

export type ConsulOutcome =
  /** The index that each key has now. */
  { kind: 'done'; indexes: ReadonlyMap<string, number> } | { kind: 'refused'; reason: string }

export interface Consul {
  /** All keys at and below `key`, as of one moment. */
  list(key: string): Promise<ConsulEntry[]>
  /** All of the steps, or none. Throws `consul_unreachable` when nobody knows which. */
  transact(steps: readonly ConsulStep[]): Promise<ConsulOutcome>
  createSession(): Promise<string>
  /** False when the session is gone. */
  renewSession(id: string): Promise<boolean>
  destroySession(id: string): Promise<void>
}

export interface ConsulOptions {
  /**
   * `http(s)://[USER][:TOKEN@]HOST[:PORT][/PREFIX]`. The password is Consul's token; with a user name both are sent as
   * basic authentication too. The path is put before every key.
   */
  url: string
  /** For each request, from sending it to the end of its answer. Default 1,000. */
  deadlineMs?: number
}

/**
 * How long Consul keeps a session without renewal: the least it allows, and it takes up to twice as long. Only a
 * backstop: a silent holder loses the lease to the observers of its heartbeat long before.
 */
const sessionTtl = '10s'

/** Consul's HTTP API, as far as a lease needs it, with a deadline on everything. */
export function openConsul({ url, deadlineMs = 1000 }: ConsulOptions): Consul {
  const { origin, prefix, headers } = parseConsulUrl(url)
  let registration: Promise<unknown> | undefined

  return {
    async list(key) {
      const response = await send('GET', `/v1/kv/${encodeKey(prefix + key)}?recurse=`)
      if (response.status === 404) return []
      return (parse(response) as RawEntry[]).map((entry) => decodeEntry(entry, prefix.length))
    },
    async transact(steps) {
      const body = steps.map((step) => ({ KV: encodeStep(step, prefix) }))
      const response = await send('PUT', '/v1/txn', body, [200, 409])
      const { Results, Errors } = parse(response) as RawOutcome
      if (response.status === 409) return { kind: 'refused', reason: (Errors ?? []).map(({ What }) => What).join('; ') }
      return { kind: 'done', indexes: indexesOf(Results ?? [], prefix.length) }
    },
    async createSession() {
      await registerOnce()
      const session = {
        Name: 'litefs',
        Behavior: 'delete',
        Checks: [],
        TTL: sessionTtl,
        // The heartbeat decides when a lease is free; a delay on top would only make an outage longer.
        LockDelay: '0s',
        ...(prefix && { Node: nodeName(prefix) }),
      }
      return (parse(await send('PUT', '/v1/session/create', session)) as { ID: string }).ID
    },
    async renewSession(id) {
      return (await send('PUT', `/v1/session/renew/${encodeURIComponent(id)}`)).status === 200
    },
    async destroySession(id) {
      await send('PUT', `/v1/session/destroy/${encodeURIComponent(id)}`)
    },
  }

  /** With a key prefix, a token usually allows sessions on a node named after it only; LiteFS registers the same. */
  async function registerOnce() {
    if (!prefix) return
    registration ??= send('PUT', '/v1/catalog/register', { Node: nodeName(prefix), Address: 'localhost' })
    await registration.catch((error) => {
      registration = undefined
      throw error
    })
  }

  async function send(method: string, path: string, body?: unknown, expected: number[] = [200, 404]) {
    const what = `${method} ${path.split('?')[0]}`
    let status: number
    let text: string
    try {
      const response = await fetch(origin + path, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      status = response.status
      text = await response.text()
    } catch (cause) {
      throw new GuardError('consul_unreachable', `${what}: Consul does not answer: ${reasonOf(cause as Error)}`, {
        cause,
      })
    }
    if (expected.includes(status)) return { status, text, what }
    const code = status === 401 || status === 403 || status === 400 ? 'consul_refused' : 'consul_unreachable'
    throw new GuardError(code, `${what}: Consul answers ${status}: ${text.trim().slice(0, 200)}`)
  }
}

/** @throws GuardError `bad_consul_url`; the message does not repeat the URL, which holds a token. */
export function parseConsulUrl(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new GuardError('bad_consul_url', 'the URL of Consul is neither http nor https')
  }
  const user = decodeURIComponent(url.username)
  const token = decodeURIComponent(url.password)
  const path = url.pathname.replace(/^\/+|\/+$/g, '')
  const headers: Record<string, string> = {}
  if (token) headers['x-consul-token'] = token
  if (user) headers.authorization = `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`
  return { origin: url.origin, prefix: path && `${decodeURIComponent(path)}/`, headers }
}

/** What fetch says of itself is "fetch failed". */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}

interface RawEntry {
  Key: string
  Value: string | null
  ModifyIndex: number
  Session?: string
}

interface RawOutcome {
  Results: { KV?: RawEntry }[] | null
  Errors: { What: string }[] | null
}

function parse({ text, what }: { text: string; what: string }): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GuardError('consul_unreachable', `${what}: the answer is not Consul's`, { cause })
  }
}

function decodeEntry({ Key, Value, ModifyIndex, Session }: RawEntry, prefixLength: number): ConsulEntry {
  return {
    key: Key.slice(prefixLength),
    value: Buffer.from(Value ?? '', 'base64').toString('utf8'),
    index: ModifyIndex,
    session: Session || undefined,
  }
}

function encodeStep(step: ConsulStep, prefix: string) {
  return {
    Verb: step.verb,
    Key: prefix + step.key,
    ...('value' in step && { Value: Buffer.from(step.value).toString('base64') }),
    ...('index' in step && { Index: step.index }),
    ...('session' in step && { Session: step.session }),
  }
}

function indexesOf(results: { KV?: RawEntry }[], prefixLength: number): Map<string, number> {
  return new Map(results.flatMap(({ KV }) => (KV ? [[KV.Key.slice(prefixLength), KV.ModifyIndex] as const] : [])))
}

function nodeName(prefix: string): string {
  return `${prefix}litefs`
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}
