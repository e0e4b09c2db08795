/**
 * How long a byte takes to another node and back over plain TCP, none of our code: what no forwarded write can do
 * without. With an address on its command line it asks that node and prints the median in milliseconds; without one it
 * answers.
 */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { percentile } from './percentiles.ts'

const port = 4999
const rounds = 100
const [address] = process.argv.slice(2)

if (address === undefined) {
  createServer((socket) => void socket.setNoDelay(true).pipe(socket)).listen(port, '::', () => console.log('listening'))
} else {
  const socket = connect({ host: address, port, noDelay: true })
  await once(socket, 'connect')
  const took: number[] = []
  while (took.length < rounds) {
    const startedAt = performance.now()
    socket.write('.')
    await once(socket, 'data')
    took.push(performance.now() - startedAt)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  console.log(percentile(took, 0.5))
  process.exit()
}
