import { hash } from 'node:crypto'
import type { Encoding } from './accept-encoding.ts'
import { type Compressed, compress, compressLater, type Effort, isCompressible } from './compression.ts'
import { matchesEtag } from './conditional.ts'
import type { RawHeaders } from './security-headers.ts'

/** One encoding of a representation: everything a response needs, made before it is asked for. */
export interface Form {
  readonly etag: string
  /** What this form had as ETag before it was compressed better. Who holds that one still has the same page. */
  readonly formerEtag?: string
  readonly body: Buffer
  readonly headers: RawHeaders
  readonly notModifiedHeaders: RawHeaders
  timesServed: number
}

export interface RepresentationOptions {
  status?: number
  contentType: string
  body: Buffer
  cacheControl: string
  headers: RawHeaders
  effort?: Effort
  /** Names the bytes; made of them when not given. */
  hash?: string
}

/** A form that was served this often is worth the best compression. */
const improveAfter = 3

/** Below this, headers weigh more than what compression saves. */
const leastCompressed = 200

/** What is kept beside the bytes: headers, tags, keys. An estimate on the high side. */
const overheadBytes = 1500

/**
 * Bytes and headers of one version of something, in as many encodings as readers asked for. Each encoding is made
 * once, whoever asks at the same time shares it, and has a strong ETag of its own.
 */
export class Representation {
  readonly status: number
  readonly contentType: string
  readonly isCompressible: boolean
  readonly hash: string
  /** Called when an encoding was added, with the bytes it takes. */
  onGrowth: ((bytes: number) => void) | undefined
  readonly #options: RepresentationOptions
  readonly #forms: Partial<Record<Encoding, Form>> = {}
  readonly #making = new Map<Encoding, Promise<Form>>()
  #size = overheadBytes

  constructor(options: RepresentationOptions) {
    this.#options = options
    this.status = options.status ?? 200
    this.contentType = options.contentType
    this.isCompressible = isCompressible(options.contentType)
    this.hash = options.hash ?? hash('sha256', options.body, 'base64url').slice(0, 22)
    this.#add('identity', this.#form(options.body, this.hash, []))
  }

  /** Bytes in memory, all encodings together. */
  get size(): number {
    return this.#size
  }

  get identity(): Form {
    return this.#forms.identity!
  }

  /** The form for a reader who prefers this encoding, if it was made before. */
  form(encoding: Encoding): Form | undefined {
    return this.#compresses(encoding) ? this.#forms[encoding] : this.#forms.identity
  }

  async makeForm(encoding: Encoding): Promise<Form> {
    const ready = this.form(encoding)
    if (ready) return ready
    let making = this.#making.get(encoding)
    if (!making) {
      making = this.#make(encoding as Compressed).finally(() => this.#making.delete(encoding))
      this.#making.set(encoding, making)
    }
    return making
  }

  /** Counts a use. What is used again is compressed better, beside the work of serving it. */
  countUse(encoding: Encoding, form: Form): void {
    if (++form.timesServed === improveAfter && this.#compresses(encoding)) {
      this.#improve(encoding as Compressed, form).catch(() => {})
    }
  }

  async #make(encoding: Compressed): Promise<Form> {
    const effort = this.#options.effort ?? 'normal'
    const body = await compress(this.#options.body, encoding, effort)
    return this.#add(encoding, this.#compressedForm(encoding, body, effort))
  }

  async #improve(encoding: Compressed, former: Form): Promise<void> {
    if (this.#options.effort === 'best') return
    const body = await compressLater(this.#options.body, encoding)
    // Too busy: the next readers count again.
    if (!body) former.timesServed = 0
    else if (body.length < former.body.length) {
      this.#add(encoding, { ...this.#compressedForm(encoding, body, 'best'), formerEtag: former.etag })
    }
  }

  #compresses(encoding: Encoding): boolean {
    return encoding !== 'identity' && this.isCompressible && this.#options.body.length >= leastCompressed
  }

  #compressedForm(encoding: Compressed, body: Buffer, effort: Effort): Form {
    return this.#form(body, `${this.hash}-${encoding}-${effort[0]}`, ['Content-Encoding', encoding])
  }

  #form(body: Buffer, tag: string, encodingHeaders: RawHeaders): Form {
    const { contentType, cacheControl, headers } = this.#options
    const etag = `"${tag}"`
    const vary = this.isCompressible ? ['Vary', 'Accept-Encoding'] : []
    const lasting = ['ETag', etag, 'Cache-Control', cacheControl, ...vary, ...headers]
    const described = ['Content-Type', contentType, ...encodingHeaders, 'Content-Length', String(body.length)]
    return { etag, body, headers: [...described, ...lasting], notModifiedHeaders: lasting, timesServed: 0 }
  }

  #add(encoding: Encoding, form: Form): Form {
    const growth = form.body.length - (this.#forms[encoding]?.body.length ?? 0)
    this.#forms[encoding] = form
    this.#size += growth
    this.onGrowth?.(growth)
    return form
  }
}

/** Whether this reader already has it. Only what succeeded can be unchanged. */
export function isUnchanged({ status }: Representation, form: Form, ifNoneMatch: string | undefined): boolean {
  return status === 200 && matchesEtag(ifNoneMatch, form.etag, form.formerEtag)
}
