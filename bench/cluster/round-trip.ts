import { join } from 'node:path'
import { type ClusterNode, eventually } from '../../cluster-tests/harness/index.ts'

const script = join(import.meta.dirname, 'echo.ts')

/** The median round trip of one byte between two nodes, in milliseconds. */
export async function roundTripMs(from: ClusterNode, to: ClusterNode): Promise<number> {
  const answering = to.runScript(script, [], { name: 'echo-answers' })
  try {
    await eventually('the echo answers', () => answering.log().includes('listening'))
    const asking = from.runScript(script, [to.address], { name: 'echo-asks' })
    const code = await asking.ended
    if (code !== 0) throw new Error(`the echo ended with ${code}: ${asking.log().slice(-500)}`)
    return Number(asking.log().trim().split('\n').at(-1))
  } finally {
    await answering.kill()
  }
}
