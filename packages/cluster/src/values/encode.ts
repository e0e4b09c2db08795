import { ClusterError } from '../errors.ts'
import { ByteWriter } from './byte-writer.ts'
import { maxDepth, tags } from './tags.ts'

/** The way from the outermost value to the one being written; its length is the depth. */
type Path = (string | number)[]

/**
 * Writes plain data as bytes: whatever `decodeValue` then makes of them equals the value, to the last bit of a number.
 * Holes of an array become undefined. Properties that are symbols or not enumerable are not data and are left out.
 *
 * @throws ClusterError `unsupported_value`, with the path, for functions, symbols, class instances, cycles.
 */
export function encodeValue(value: unknown): Buffer {
  return write(new ByteWriter(), value, []).written()
}

function write(writer: ByteWriter, value: unknown, path: Path): ByteWriter {
  switch (typeof value) {
    case 'undefined':
      return writer.byte(tags.undefined)
    case 'boolean':
      return writer.byte(value ? tags.true : tags.false)
    case 'number':
      return writeNumber(writer, value)
    case 'bigint':
      return writeBigint(writer, value)
    case 'string':
      if (value.isWellFormed()) return writer.byte(tags.string).text(value)
      return writer.byte(tags.brokenString).brokenText(value)
    case 'object':
      return writeObject(writer, value, path)
    default:
      throw unsupported(path, `is a ${typeof value}`)
  }
}

function writeNumber(writer: ByteWriter, value: number): ByteWriter {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return writer
      .byte(tags.integer)
      .byte(value < 0 ? 1 : 0)
      .varint(Math.abs(value))
  }
  return writer.byte(tags.double).double(value)
}

function writeBigint(writer: ByteWriter, value: bigint): ByteWriter {
  const digits = (value < 0n ? -value : value).toString(16)
  return writer
    .byte(tags.bigint)
    .byte(value < 0n ? 1 : 0)
    .bytes(Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex'))
}

function writeObject(writer: ByteWriter, value: object | null, path: Path): ByteWriter {
  if (value === null) return writer.byte(tags.null)
  if (path.length >= maxDepth) throw unsupported(path, `is more than ${maxDepth} levels deep`)
  if (Array.isArray(value)) return writeArray(writer, value, path)
  if (value instanceof Date) return writer.byte(tags.date).double(value.getTime())
  if (value instanceof Uint8Array) return writer.byte(tags.bytes).bytes(value)
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw unsupported(path, `is an instance of ${value.constructor?.name}`)
  }
  return writeProperties(writer, value as Record<string, unknown>, path)
}

function writeArray(writer: ByteWriter, value: unknown[], path: Path): ByteWriter {
  writer.byte(tags.array).varint(value.length)
  for (let index = 0; index < value.length; index++) {
    path.push(index)
    write(writer, value[index], path)
    path.pop()
  }
  return writer
}

function writeProperties(writer: ByteWriter, value: Record<string, unknown>, path: Path): ByteWriter {
  const names = Object.keys(value)
  writer.byte(tags.object).varint(names.length)
  for (const name of names) {
    if (!name.isWellFormed()) throw unsupported(path, 'has a property whose name is not well-formed text')
    path.push(name)
    write(writer.text(name), value[name], path)
    path.pop()
  }
  return writer
}

function unsupported(path: Path, what: string): ClusterError {
  const steps = path.slice(0, 10).map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
  return new ClusterError('unsupported_value', `cannot send value${steps.join('')}: it ${what}`)
}
