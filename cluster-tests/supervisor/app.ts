/** An app that reads the mounted database, and holds it open. */
import { appendFileSync, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { isMounted } from '../../packages/supervisor/src/process/mount.ts'

const events = process.env.EVENTS!
appendFileSync(events, 'app started\n')
if (existsSync(join(dirname(events), 'crash'))) throw new Error('cannot start')

const file = join(process.env.MOUNT!, 'app.db')
const database = existsSync(file) ? new Database(file, { readonly: true }) : undefined
const server = createServer((_request, response) => {
  const notes = database?.prepare('select text from notes').pluck().all() ?? []
  response.end(JSON.stringify({ pid: process.pid, uid: process.getuid!(), notes }))
})
server.listen(4000, '127.0.0.1')
process.on('message', () => appendFileSync(events, 'app told that the node stops\n'))
process.once('disconnect', () => process.exit())
process.once('SIGTERM', async () => {
  database?.close()
  appendFileSync(events, `app stopped ${(await isMounted(process.env.MOUNT!)) ? 'before' : 'after'} LiteFS\n`)
  process.exit()
})
