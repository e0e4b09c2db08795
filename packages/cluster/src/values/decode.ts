import { ByteReader, malformed } from './byte-reader.ts'
import { maxDepth, tags } from './tags.ts'

/**
 * Reads what `encodeValue` wrote. Takes any bytes: they give a value, no larger in memory than in proportion to their
 * number, or an error.
 *
 * @throws ClusterError `malformed`
 */
export function decodeValue(bytes: Uint8Array): unknown {
  const reader = new ByteReader(bytes)
  const value = read(reader, 0)
  if (reader.left > 0) throw malformed(`${reader.left} bytes follow the value`)
  return value
}

function read(reader: ByteReader, depth: number): unknown {
  if (depth > maxDepth) throw malformed(`more than ${maxDepth} levels deep`)
  const tag = reader.byte()
  switch (tag) {
    case tags.undefined:
      return undefined
    case tags.null:
      return null
    case tags.false:
      return false
    case tags.true:
      return true
    case tags.integer:
      return readSign(reader) * reader.varint()
    case tags.double:
      return reader.double()
    case tags.bigint:
      return readBigint(reader)
    case tags.string:
      return reader.text()
    case tags.brokenString:
      return reader.brokenText()
    case tags.bytes:
      return reader.bytes()
    case tags.date:
      return new Date(reader.double())
    case tags.array:
      return readArray(reader, depth)
    case tags.object:
      return readObject(reader, depth)
    default:
      throw malformed(`unknown kind of value ${tag}`)
  }
}

function readSign(reader: ByteReader): 1 | -1 {
  return reader.byte() === 0 ? 1 : -1
}

function readBigint(reader: ByteReader): bigint {
  const sign = readSign(reader)
  const digits = Buffer.from(reader.bytes()).toString('hex')
  return BigInt(sign) * BigInt(`0x${digits || '0'}`)
}

function readArray(reader: ByteReader, depth: number): unknown[] {
  const array: unknown[] = []
  for (let left = reader.count(1); left > 0; left--) array.push(read(reader, depth + 1))
  return array
}

function readObject(reader: ByteReader, depth: number): object {
  const object: Record<string, unknown> = {}
  for (let left = reader.count(2); left > 0; left--) {
    const name = reader.text()
    const value = read(reader, depth + 1)
    if (name === '__proto__') defineProto(object, value)
    else object[name] = value
  }
  return object
}

/** An assignment would change what the object is. */
function defineProto(object: object, value: unknown): void {
  Object.defineProperty(object, '__proto__', { value, enumerable: true, writable: true, configurable: true })
}
