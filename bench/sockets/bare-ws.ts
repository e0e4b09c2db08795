/** The same sockets held by `ws` alone, which answers each that it shows the page. Argument: port. */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const server = createServer((_, response) => response.end())
const sockets = new WebSocketServer({
  server,
  path: '/live',
  perMessageDeflate: false,
  clientTracking: false,
  maxPayload: 4096,
})
sockets.on('connection', (socket) => {
  socket.on('error', () => {})
  socket.on('message', (data) => {
    if (String(data).includes('"watch"')) socket.send('{"is":"here","site":1,"page":1}')
  })
  socket.send(JSON.stringify({ is: 'hello', build: '', beatMs: 3_600_000, now: Date.now() }))
})
server.listen(Number(process.argv[2]), '127.0.0.1')
