import type { AtollCommand } from '../command.ts'
import { connectToOwner } from '../console/owner-socket.ts'
import { toSentence } from '../log.ts'

export const logs: AtollCommand = {
  usage: 'logs',
  summary: 'the last lines of the log of the site that runs on this machine, then each that follows',
  settings: ['data'],
  options: [['--json', 'print the lines as they are, instead of sentences']],
  async run({ settings, flags }) {
    const socket = await connectToOwner(settings.data, 'logs')
    let rest = ''
    socket.setEncoding('utf8')
    for await (const chunk of socket as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) process.stdout.write(flags.json === true ? `${line}\n` : toSentence(line))
    }
    return 0
  },
}
