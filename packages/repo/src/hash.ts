import { hash } from 'node:crypto'
import type { WriteBody } from './protocol.ts'
import { encodeValue } from './values.ts'

/** Tells two writes under one key apart: SHA-256 of name, version and input, in hexadecimal. */
export function hashOf(body: WriteBody): string {
  const content =
    body.kind === 'operation'
      ? [body.name, body.version, body.input]
      : body.statements.map(({ sql, parameters }) => [sql, parameters])
  return hash('sha256', encodeValue(content, { bytes: digestOf }))
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}
