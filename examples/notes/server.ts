import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { encodeToken, type OpenRepoOptions, openRepo, parseToken, RepoError } from '@atoll/repo'
import { addNote, type NotesTables } from './schema.ts'

/** A notebook over HTTP: `POST /` a `{ "text" }`, `GET /` the newest hundred. */
export async function startNotes({ port = 0, ...where }: Omit<OpenRepoOptions, 'schema'> & { port?: number }) {
  const repo = await openRepo<NotesTables>({ ...where, schema: new URL('./schema.ts', import.meta.url) })
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      const status = error instanceof RepoError && error.code === 'bad_input' ? 400 : 503
      response.writeHead(status).end(error instanceof RepoError ? error.message : 'try again')
    })
  })
  await new Promise<void>((resolve) => server.listen({ port, host: '127.0.0.1' }, resolve))
  return {
    server,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await repo.close()
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    if (request.method === 'POST') {
      const { text } = (await json(request)) as { text: string }
      // Whoever has to send it again sends the same key, and it is written once.
      const key = request.headers['idempotency-key'] as string | undefined
      const result = await repo.run(addNote, { text }, key ? { key } : {})
      response.writeHead(201, { 'X-Token': encodeToken(result.token) }).end(JSON.stringify(result.value))
    } else {
      // Whoever wrote sees what they wrote, whichever node answers.
      const token = parseToken(String(request.headers['x-token'] ?? ''))
      const { db } = repo.reader(token ? { token } : {})
      const notes = await db.selectFrom('notes').selectAll().orderBy('id', 'desc').limit(100).execute()
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(notes))
    }
  }
}
