import { parseXml, type XmlElement } from '@rgrove/parse-xml'
import { AwsClient } from 'aws4fetch'
import { BackupError } from './errors.ts'
import type { Store, StoredObject } from './store.ts'

export interface S3Options {
  bucket: string
  /** Before every key: empty, or with a slash at its end. */
  prefix: string
  region: string
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** For one request of at most a few MiB. */
const timeoutMs = 60_000
/** Requests are tried again after errors of the network and of the server, with waits that double. */
const retries = 5
const firstWaitMs = 200

/** A bucket of any S3-compatible store, addressed by path: not every one of them has names for its buckets. */
export function openS3Store({ bucket, prefix, endpoint, ...credentials }: S3Options): Store {
  const client = new AwsClient({ service: 's3', retries: 0, ...credentials })
  const root = `${endpoint.replace(/\/+$/, '')}/${bucket}`
  const addressOf = (key: string) => `${root}/${(prefix + key).split('/').map(encodeURIComponent).join('/')}`

  return {
    async list(below) {
      const found: StoredObject[] = []
      let token: string | undefined
      do {
        const query = new URLSearchParams({ 'list-type': '2', prefix: prefix + below })
        if (token) query.set('continuation-token', token)
        const response = await ask(`${root}?${query}`)
        if (!response.ok) throw await refusal(response, 'list')
        const page = parseXml(await response.text()).root!
        for (const entry of childrenOf(page, 'Contents')) found.push(toObject(entry, prefix.length))
        token = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined
      } while (token)
      return found
    },
    async get(key) {
      const response = await ask(addressOf(key))
      if (response.status === 404) {
        if ((await response.text()).includes('NoSuchBucket'))
          throw new BackupError('store_failed', `there is no bucket ${bucket}`)
        return undefined
      }
      if (!response.ok) throw await refusal(response, `read ${key}`)
      return new Uint8Array(await response.arrayBuffer())
    },
    async put(key, bytes) {
      const response = await ask(addressOf(key), { method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> })
      if (!response.ok) throw await refusal(response, `write ${key}`)
      await response.arrayBuffer()
    },
    async remove(key) {
      const response = await ask(addressOf(key), { method: 'DELETE' })
      if (!response.ok && response.status !== 404) throw await refusal(response, `remove ${key}`)
      await response.arrayBuffer()
    },
  }

  async function ask(url: string, init: RequestInit = {}): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await client.fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) })
        const isTransient = response.status >= 500 || response.status === 429
        if (!isTransient || attempt === retries) return response
        await response.arrayBuffer()
      } catch (error) {
        if (attempt === retries) {
          const { code, message } = ((error as Error).cause ?? error) as { code?: unknown; message: string }
          // Of what ran out of time it is a number, which tells nobody anything.
          const why = typeof code === 'string' ? code : message
          throw new BackupError('store_failed', `cannot reach ${endpoint}: ${why}`, { cause: error })
        }
      }
      await new Promise((resolve) => setTimeout(resolve, firstWaitMs * 2 ** attempt))
    }
  }

  async function refusal(response: Response, what: string): Promise<BackupError> {
    const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]
    return new BackupError('store_failed', `the store would not ${what}: ${response.status} ${code ?? ''}`.trim())
  }
}

function toObject(entry: XmlElement, prefixLength: number): StoredObject {
  return {
    key: textOf(entry, 'Key')!.slice(prefixLength),
    size: Number(textOf(entry, 'Size')),
    modifiedAt: Date.parse(textOf(entry, 'LastModified') ?? ''),
  }
}

function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => child.type === 'element' && (child as XmlElement).name === name,
  )
}

function textOf(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text
}
