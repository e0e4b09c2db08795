/** Holds a share of the sockets of `sockets.ts`; ends with its parent. Arguments: url, page, count, number. */
import { WebSocket } from 'ws'

const [url, page, count, number] = process.argv.slice(2) as [string, string, string, string]
const sockets: WebSocket[] = []
const changedAt: number[] = []
process.on('disconnect', () => process.exit(0))

for (let opened = 0; opened < Number(count); opened += 50) {
  const batch = Math.min(50, Number(count) - opened)
  await Promise.all(Array.from({ length: batch }, (_, index) => open(opened + index)))
}
process.send!({ kind: 'open', times: [] })

function open(index: number): Promise<void> {
  const address = `10.${number}.${index >> 8}.${index & 255}`
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, {
    perMessageDeflate: false,
    headers: { 'x-forwarded-for': address },
  })
  sockets.push(socket)
  let version = ''
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('open', () => {
      socket.send(JSON.stringify({ do: 'watch', page, version }))
      socket.send(JSON.stringify({ do: 'here', person: `somebody at ${address}` }))
    })
    socket.on('message', (data) => {
      const told = JSON.parse(String(data)) as { is: string; from?: string; version: string }
      if (told.is === 'beat') socket.send('{"do":"beat"}')
      if (told.is !== 'page') return
      if (version === '') resolve()
      else if (changedAt.push(performance.timeOrigin + performance.now()) === Number(count)) {
        process.send!({ kind: 'changed', times: changedAt })
      }
      version = told.version
    })
  })
}
