import { expect, it, onTestFinished } from 'vitest'
import { channelLimits, openChannel } from '../channel/channel.ts'
import type { Hello } from '../channel/messages.ts'
import { deriveKeys } from '../link/keys.ts'
import { listenSecurely } from '../link/listen.ts'
import { openTestNode, secret } from '../testing/open-nodes.ts'
import { askWho } from './ask-who.ts'
import { callService } from './front-door.ts'

it('says who listens, and leaves no trace there', async () => {
  const problems: string[] = []
  const node = await openTestNode('lhr-1', { onProblem: (_, { code }) => problems.push(code) })
  expect(await askWho(node.address, { secret })).toMatchObject({ name: 'lhr-1' })
  expect([node.peers(), problems]).toEqual([[], []])
})

it('says that the secret is another one, or that nobody is there', async () => {
  const node = await openTestNode('lhr-1')
  const other = { secret: 'another secret of thirty-two and more' }
  await expect(askWho(node.address, other)).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(askWho({ host: '127.0.0.1', port: 1 }, { secret })).rejects.toMatchObject({ code: 'unreachable' })
})

it('says that a release is one that it cannot talk to', async () => {
  const hello: Hello = {
    ...{ kind: 'hello', protocols: [7], instance: 'i', name: 'iad-1', region: 'iad', version: '9.0.0', port: 1 },
    facts: {},
  }
  const listener = await listenSecurely({
    listen: { host: '127.0.0.1', port: 0 },
    keys: deriveKeys(secret),
    services: {
      [callService]: (socket) => {
        openChannel(socket, { limits: channelLimits, onMessage: () => {}, onClose: () => {} }).send(hello)
      },
    },
  })
  onTestFinished(() => listener.close())
  await expect(askWho(listener.address, { secret })).rejects.toMatchObject({
    code: 'incompatible',
    message: 'iad-1 runs 9.0.0 and speaks protocols 7',
  })
})
