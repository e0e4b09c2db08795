import { parse, stringify } from 'devalue'

interface EncodeOptions {
  /** Stands for the bytes themselves, where the text is compared and never decoded. */
  bytes?: (bytes: Uint8Array) => string
}

/**
 * A value as text that any release can decode: what operations return is stored, and may be answered after a failover
 * by a node of another release. Keeps bigint, Date, Uint8Array, Map, Set, null, undefined, NaN and -0.
 */
export function encodeValue(value: unknown, { bytes }: EncodeOptions = {}): string {
  if (!bytes) return stringify(value)
  return stringify(value, { Bytes: (part: unknown) => part instanceof Uint8Array && bytes(part) })
}

export function decodeValue(text: string): unknown {
  return parse(text)
}
