/** Stands where an OpenTelemetry collector does: takes OTLP as JSON over HTTP and prints each span as a line. */
import { createServer } from 'node:http'

interface Traces {
  resourceSpans: { scopeSpans: { spans: unknown[] }[] }[]
}

createServer(async (request, response) => {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  const { resourceSpans } = JSON.parse(text) as Traces
  for (const { scopeSpans } of resourceSpans)
    for (const { spans } of scopeSpans) for (const span of spans) console.log(JSON.stringify(span))
  response.setHeader('content-type', 'application/json')
  response.end('{}')
}).listen(4318, '127.0.0.1')
