import type { PageResult } from '../page.ts'

type Body = Extract<PageResult, { kind: 'page' }>['body']

/** The bytes of a page. Elements that wait for something are waited for; a whole document gets its doctype. */
export async function bytesOf(body: Body, finish?: (html: string) => string): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = String(await (await body).toString())
  const document = /^<html[\s>]/i.test(text) ? `<!doctype html>${text}` : text
  return Buffer.from(finish ? finish(document) : document)
}
