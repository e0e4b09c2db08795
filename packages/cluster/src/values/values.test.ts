import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClusterError } from '../errors.ts'
import { decodeValue } from './decode.ts'
import { encodeValue } from './encode.ts'
import { maxDepth } from './tags.ts'

const leaf = fc.oneof(
  fc.constantFrom(undefined, null, true, false, Number.NaN, -0, 0, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 5e-324),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array(),
)
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 5 }),
  ),
}))

describe('a value on the wire', () => {
  it('arrives as it was sent', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        // Dictionaries of fast-check may have no prototype; a value on the wire is a plain object.
        expect(decodeValue(encodeValue(value))).toEqual(withPrototypes(value))
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    [
      'the kinds a row has',
      { id: 1, text: 'a', big: 2n ** 63n - 1n, blob: new Uint8Array([0, 255]), none: null, at: new Date(0) },
    ],
    ['minus nothing', -0],
    ['what is not a number', [Number.NaN, Infinity, -Infinity]],
    ['undefined, which is not null and not absent', [undefined, null, { a: undefined }]],
    ['a date that is none', new Date(Number.NaN)],
    ['emoji, a BOM and a lone surrogate', ['👩‍👩‍👧‍👦', '\uFEFFbom', '\uD83D', 'a\uDC00b', '']],
    ['integers at the edge', [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53, 2 ** 31, -(2 ** 31), 127, 128, 2 ** 49]],
    ['large integers', [10n ** 100n, -(10n ** 100n), 0n, -1n, 255n, 256n]],
    ['a property named like a prototype', JSON.parse('{"__proto__":{"admin":true},"constructor":1,"":2}')],
    ['order of properties', Object.keys({ b: 1, a: 2, c: 3 })],
  ])('keeps %s', (_what, value) => {
    const arrived = decodeValue(encodeValue(value))
    expect(arrived).toStrictEqual(value)
    expect((arrived as { admin?: boolean }).admin).toBeUndefined()
  })

  it('keeps a blob of 10 MB', () => {
    const blob = new Uint8Array(10 * 1024 * 1024).map((_, index) => index % 251)
    const arrived = decodeValue(encodeValue({ blob })) as { blob: Uint8Array }
    expect(Buffer.compare(arrived.blob, blob)).toBe(0)
  })

  it('keeps the order of properties', () => {
    const arrived = decodeValue(encodeValue({ b: 1, a: { d: 2, c: 3 } }))
    expect(JSON.stringify(arrived)).toBe('{"b":1,"a":{"d":2,"c":3}}')
  })

  it('takes a Buffer for bytes, and fills the holes of an array', () => {
    expect(decodeValue(encodeValue(Buffer.from('ab')))).toStrictEqual(new Uint8Array([97, 98]))
    // biome-ignore lint/suspicious/noSparseArray: the hole is the subject.
    expect(decodeValue(encodeValue([1, , 2]))).toStrictEqual([1, undefined, 2])
  })

  it.each([
    ['a function', { rows: [{ run: () => 1 }] }, 'value.rows[0].run: it is a function'],
    ['a symbol', Symbol('s'), 'value: it is a symbol'],
    ['an instance', { url: new URL('http://a') }, 'value.url: it is an instance of URL'],
    ['a map', new Map(), 'value: it is an instance of Map'],
    ['numbers that are not bytes', new Float64Array(1), 'value: it is an instance of Float64Array'],
    ['a cycle', cycle(), `it is more than ${maxDepth} levels deep`],
    ['a name that is not text', { '\uD83D': 1 }, 'not well-formed'],
  ])('refuses %s and names it', (_what, value, message) => {
    expect(() => encodeValue(value)).toThrow(expect.objectContaining({ code: 'unsupported_value', applied: 'no' }))
    expect(() => encodeValue(value)).toThrow(message)
  })

  it('makes a value or an error of any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged()), (bytes) => {
        try {
          decodeValue(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(ClusterError)
          expect(error).toMatchObject({ code: 'malformed' })
        }
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['a list that claims a billion values', [11, 0x80, 0x94, 0xeb, 0xdc, 0x03]],
    ['an object that claims a billion properties', [12, 0x80, 0x94, 0xeb, 0xdc, 0x03]],
    ['bytes that are not there', [9, 5, 1]],
    ['a text that is not UTF-8', [7, 1, 0xff]],
    ['half a character', [8, 1, 0x41]],
    ['an endless integer', [4, 0, ...Array(20).fill(0xff)]],
    ['an integer that loses bits', [4, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a kind of value it does not know', [200]],
    ['more than one value', [1, 1]],
    ['nothing', []],
    ['lists in lists without end', Array(1000).fill([11, 1]).flat()],
  ])('refuses %s', (_what, bytes) => {
    expect(() => decodeValue(new Uint8Array(bytes))).toThrow(expect.objectContaining({ code: 'malformed' }))
  })
})

function cycle() {
  const value: { self?: unknown } = {}
  value.self = value
  return value
}

/** A good message in which one byte is another one. */
function damaged(): fc.Arbitrary<Uint8Array> {
  return fc.tuple(anyValue, fc.nat(), fc.nat(255)).map(([value, position, byte]) => {
    const bytes = new Uint8Array(encodeValue(value))
    bytes[position % bytes.length] = byte
    return bytes
  })
}

function withPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPrototypes)
  if (value === null || typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, withPrototypes(property)]))
}
