import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { chooseEncoding } from './accept-encoding.ts'
import { personalHeaders } from './personal-headers.ts'
import { type Form, isUnchanged, type Representation } from './representation.ts'
import type { RawHeaders } from './security-headers.ts'

/**
 * Answers with the encoding this reader prefers, making it if nobody asked for it before. `added` are headers for this
 * reader alone.
 */
export async function sendRepresentation(
  request: IncomingMessage,
  response: ServerResponse,
  representation: Representation,
  added?: RawHeaders,
): Promise<void> {
  const encoding = chooseEncoding(headerOf(request, 'accept-encoding'))
  const form = representation.form(encoding) ?? (await representation.makeForm(encoding))
  representation.countUse(encoding, form)
  sendForm(request, response, { representation, form, ...(added && { added }) })
}

/** The part that runs for every cached page: no allocation but what node:http itself needs. */
export function sendForm(
  request: IncomingMessage,
  response: ServerResponse,
  { representation, form, added }: { representation: Representation; form: Form; added?: RawHeaders },
): void {
  if (isUnchanged(representation, form, request.headers['if-none-match'])) {
    response.writeHead(304, withAdded(form.notModifiedHeaders, added))
    response.end()
    return
  }
  response.writeHead(representation.status, withAdded(form.headers, added))
  if (request.method === 'HEAD') response.end()
  else response.end(form.body)
}

function withAdded(headers: RawHeaders, added: RawHeaders | undefined): string[] {
  return (added ? personalHeaders(headers, added) : headers) as string[]
}

export interface Message {
  status: number
  text: string
  headers: RawHeaders
  /** Default: plain text. */
  contentType?: string
}

/** A short answer for people and programs that asked for something there is not. Never kept. */
export function sendMessage(request: IncomingMessage, response: ServerResponse, message: Message): void {
  const body = Buffer.from(message.text)
  response.writeHead(message.status, [
    'Content-Type',
    message.contentType ?? 'text/plain; charset=utf-8',
    'Content-Length',
    String(body.length),
    'Cache-Control',
    'no-store',
    ...message.headers,
  ])
  if (request.method === 'HEAD') response.end()
  else response.end(body)
}

/** `404 Not Found`, with what is wrong if there is more to say. */
export function statusLine(status: number, reason?: string): string {
  return `${status} ${STATUS_CODES[status]}${reason ? `: ${reason}` : ''}`
}

/** Node joins repeated headers of this kind with commas; the types allow for more. */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
