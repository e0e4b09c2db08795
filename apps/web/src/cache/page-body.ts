import type { PageResult } from '../page.ts'

export type Body = Extract<PageResult, { kind: 'page' }>['body']

/** The bytes of a page. */
export async function bytesOf(body: Body): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return Buffer.from(await htmlOf(body))
}

/** Elements that wait for something are waited for; a whole document gets its doctype. */
export async function htmlOf(body: Body): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  const text = String(await (await body).toString())
  return /^<html[\s>]/i.test(text) ? `<!doctype html>${text}` : text
}
