import type { PageResult } from '../page.ts'

export type Body = Extract<PageResult, { kind: 'page' }>['body']

const doctype = Buffer.from('<!doctype html>')

/**
 * The bytes of a page. Elements that wait for something are waited for; a whole document gets its doctype. Looking at
 * the text itself would have V8 copy all of it: it was put together of thousands of parts.
 */
export async function bytesOf(body: Body): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const bytes = Buffer.from(String(await (await body).toString()))
  return /^<html[\s>]/i.test(bytes.toString('latin1', 0, 6)) ? Buffer.concat([doctype, bytes]) : bytes
}
