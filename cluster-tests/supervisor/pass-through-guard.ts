/** Stands in for the guard: passes LiteFS's calls on to Consul as they are, and notes what it is told. */
import { appendFileSync, existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { serveSupervisor } from '@atoll/supervisor'
import { isMounted } from '../../packages/supervisor/src/process/mount.ts'

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
    async 'step down'() {
      if (existsSync(join(dirname(events), 'nobody-follows'))) throw new Error('nobody takes over')
      await note('stepped down')()
    },
    close: async () => note(`guard stopped ${(await isMounted(process.env.MOUNT!)) ? 'before' : 'after'} LiteFS`)(),
  }
})
