import type { AtollCommand } from '../command.ts'
import { connectToOwner } from '../console/owner-socket.ts'

export const consoleCommand: AtollCommand = {
  usage: 'console',
  summary: 'a TypeScript prompt in the site that runs on this machine: repo, blog, cluster (.exit ends it)',
  settings: ['data'],
  async run({ settings }) {
    const socket = await connectToOwner(settings.data, 'console')
    const { stdin, stdout } = process
    if (stdin.isTTY) stdin.setRawMode(true)
    stdin.pipe(socket, { end: true })
    socket.pipe(stdout, { end: false })
    await new Promise<void>((resolve) => socket.once('close', () => resolve()))
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.unpipe(socket)
    stdin.pause()
    return 0
  },
}
