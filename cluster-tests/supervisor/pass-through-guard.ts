/** Stands in for the guard: passes LiteFS's calls on to Consul as they are. */
import { appendFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const consul = new URL(process.env.CONSUL_URL!)
const host = consul.hostname.replace(/^\[|\]$/g, '')
const server = createServer((near) => {
  const far = connect({ host, port: Number(consul.port) })
  near.pipe(far).pipe(near)
  near.on('error', () => far.destroy())
  far.on('error', () => near.destroy())
})
server.listen(20203, '127.0.0.1', () => process.send!({ kind: 'ready' }))
process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => {
  appendFileSync(process.env.EVENTS!, 'guard stopped\n')
  process.exit()
})
