/** Stands in for the guard: passes LiteFS's calls on to Consul as they are, and notes what it is told. */
import { appendFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { serveSupervisor } from '@atoll/supervisor'

serveSupervisor(async (options) => {
  const { consul, events } = options as { consul: string; events: string }
  const { hostname, port } = new URL(consul)
  const server = createServer((near) => {
    const far = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(20203, '127.0.0.1', resolve))
  const note = (event: string) => async () => appendFileSync(events, `${event}\n`)
  return {
    'litefs ended': note('told that LiteFS ended'),
    'app ended': note('told that the app ended'),
    'step down': note('stepped down'),
    close: note('guard stopped'),
  }
})
