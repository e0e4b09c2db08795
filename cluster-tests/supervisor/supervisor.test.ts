import { chmodSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '@atoll/supervisor'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { isMounted } from '../../packages/supervisor/src/process/mount.ts'
import {
  type Cluster,
  type ClusterNode,
  eventually,
  litefsInfo,
  type Part,
  startCluster,
  type TestOwner,
} from '../harness/index.ts'
import { programPath } from '../programs/programs.ts'

const supervised: Part = {
  name: 'supervisor',
  start: async (node) =>
    node.runScript(join(import.meta.dirname, 'node-program.ts'), [], {
      env: {
        FOLDER: node.folder,
        NAME: node.name,
        CONSUL_URL: node.consulUrl,
        LITEFS: programPath('litefs'),
        PATH: `${join(node.folder, 'bin')}:${process.env.PATH}`,
      },
    }),
}

interface Answer {
  pid: number
  uid: number
  notes: string[]
}

async function startNode(
  t: TestOwner,
  prepare: (node: ClusterNode, cluster: Cluster) => unknown = () => {},
): Promise<ClusterNode> {
  const cluster = await startCluster(t, { nodes: 1, parts: [supervised], start: false })
  const node = cluster.nodes[0]!
  mkdirSync(join(node.folder, 'bin'))
  // Root and the app's user both write to it.
  writeFileSync(join(node.folder, 'events'), '')
  chmodSync(join(node.folder, 'events'), 0o666)
  await prepare(node, cluster)
  await node.start()
  return node
}

async function ask(node: ClusterNode, path = '/'): Promise<Answer> {
  const response = await node.fetch(`http://127.0.0.1:4000${path}`, { signal: AbortSignal.timeout(1000) })
  expect(response.status).toBe(200)
  return (await response.json()) as Answer
}

const answering = (node: ClusterNode) => eventually(`the app of ${node.name} answers`, () => ask(node))

const primary = (node: ClusterNode) =>
  eventually(`${node.name} is primary`, async () => (await litefsInfo(node)).isPrimary)

function events(node: ClusterNode): string[] {
  return readFileSync(join(node.folder, 'events'), 'utf8').trim().split('\n')
}

/** The process of a child, by the name in the supervisor's log or its program. */
function processOf(node: ClusterNode, pattern: RegExp): number {
  const { pid } = node.part('supervisor')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  const found = children.find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))
  if (!found) throw new Error(`none of ${children} is ${pattern}`)
  return found
}

async function write(node: ClusterNode): Promise<void> {
  await primary(node)
  const database = new Database(join(node.mount, 'app.db'))
  database.pragma('journal_mode = wal')
  database.exec("create table notes (text); insert into notes values ('hello')")
  database.close()
}

describe('a supervised node', () => {
  it('runs LiteFS as root, and the app as a user who reads what it mounted', async (t) => {
    const node = await startNode(t)
    await answering(node)
    await write(node)
    // The app opens the database at its start.
    process.kill((await ask(node)).pid, 'SIGKILL')
    const { uid, notes } = await eventually('the app sees the row', async () => {
      const answer = await ask(node)
      return answer.notes.length > 0 && answer
    })
    expect([notes, uid]).toEqual([['hello'], 65534])
    expect(events(node)).toContain('told that the app ended')
  })

  it('tells LiteFS no secret of the node', async (t) => {
    const node = await startNode(t)
    await answering(node)
    const { pid } = node.part('supervisor')
    expect(environmentOf(pid)).toContain('CONSUL_URL=')
    expect(environmentOf(processOf(node, /mount\0-config/)).match(/^\w+/gm)).toEqual(['PATH'])
  })

  it('stops in the order that loses nothing', async (t) => {
    const node = await startNode(t)
    await answering(node)
    const supervisor = node.part('supervisor')
    expect(await supervisor.stop({ timeoutMs: 30_000 })).toBe(0)
    const told = 'app told that the node stops'
    const order = ['app started', 'stepped down', 'app stopped before LiteFS', 'guard stopped after LiteFS']
    expect(events(node).filter((event) => event !== told)).toEqual(order)
    // It may step down before the app has heard of it.
    expect(events(node).slice(1, 3)).toContain(told)
    const log = supervisor.log()
    expect(log).toMatch(/"child":"litefs","msg":"litefs shut down complete"/)
    expect(await isMounted(node.mount)).toBe(false)
  })

  it('says by its exit code that it stopped though nobody took over', async (t) => {
    const node = await startNode(t, (one) => writeFileSync(join(one.folder, 'nobody-follows'), ''))
    await answering(node)
    expect(await node.part('supervisor').stop({ timeoutMs: 30_000 })).toBe(exitCodes.withoutHandover)
    expect(events(node)).toContain('guard stopped after LiteFS')
  })

  it('starts a killed LiteFS again while the app goes on with a file of it open', async (t) => {
    const node = await startNode(t)
    await answering(node)
    await write(node)
    process.kill((await ask(node)).pid, 'SIGKILL')
    const before = await eventually('the app holds the database', async () => {
      const answer = await ask(node)
      return answer.notes.length > 0 && answer
    })
    const litefs = processOf(node, /mount\0-config/)
    process.kill(litefs, 'SIGKILL')
    await eventually('LiteFS runs again', () => processOf(node, /mount\0-config/) !== litefs)
    await eventually('the database can be read again', () => {
      const database = new Database(join(node.mount, 'app.db'), { readonly: true })
      const notes = database.prepare('select text from notes').pluck().all()
      database.close()
      return notes.length === 1
    })
    expect(events(node).filter((event) => event === 'told that LiteFS ended')).toHaveLength(1)
    expect(() => process.kill(before.pid, 0)).not.toThrow()
  })

  it('leaves LiteFS alone when the guard is killed, and starts that again', async (t) => {
    const node = await startNode(t)
    await answering(node)
    const litefs = processOf(node, /mount\0-config/)
    const guard = processOf(node, /pass-through-guard/)
    process.kill(guard, 'SIGKILL')
    await eventually('the guard runs again', () => processOf(node, /pass-through-guard/) !== guard)
    expect(processOf(node, /mount\0-config/)).toBe(litefs)
  })

  it('leaves nothing running when the supervisor is killed', async (t) => {
    const node = await startNode(t)
    await answering(node)
    const children = [/mount\0-config/, /pass-through-guard/, /app\.ts/].map((pattern) => processOf(node, pattern))
    await node.part('supervisor').kill()
    for (const pid of children) await eventually(`process ${pid} is gone`, () => !isRunning(pid))
  })

  it('starts again over the mount that a killed node left', async (t) => {
    const node = await startNode(t)
    await answering(node)
    await node.part('supervisor').kill()
    expect(await isMounted(node.mount)).toBe(true)
    await node.start()
    await answering(node)
    expect(node.part('supervisor').log()).toContain('took away the mount of an earlier run')
  })

  it('ends in bounded time while LiteFS waits for a Consul that is not there', async (t) => {
    const node = await startNode(t, (one, cluster) => cluster.partition(one, 'consul'))
    await answering(node)
    // The stand-in has no deadlines as the guard has: LiteFS waits for an answer of Consul, and has to be killed.
    expect(await node.part('supervisor').stop({ timeoutMs: 30_000 })).toBe(exitCodes.killed)
  })

  it('stays reachable and says why when FUSE cannot be used, and goes on once it can', async (t) => {
    const fusermount = (node: ClusterNode) => join(node.folder, 'bin', 'fusermount3')
    const node = await startNode(t, (one) => {
      writeFileSync(fusermount(one), '#!/bin/sh\necho "fusermount3: fuse device not found, try" >&2\nexit 1\n')
      chmodSync(fusermount(one), 0o755)
    })
    expect(await troubleOf(node)).toMatchObject({ code: 'fuse_missing', fix: expect.stringContaining('/dev/fuse') })
    rmSync(fusermount(node))
    await answering(node)
  })

  it('stays reachable and says so while LiteFS does not mount', async (t) => {
    const go = (node: ClusterNode) => join(node.folder, 'go')
    const node = await startNode(t, (one) => {
      const fusermount = join(one.folder, 'bin', 'fusermount3')
      writeFileSync(
        fusermount,
        `#!/bin/sh\nwhile [ ! -e ${go(one)} ]; do sleep 0.1; done\nPATH=\${PATH#*:} exec fusermount3 "$@"\n`,
      )
      chmodSync(fusermount, 0o755)
    })
    expect(await troubleOf(node)).toMatchObject({ code: 'litefs_waits' })
    writeFileSync(go(node), '')
    await answering(node)
  })

  it('stays reachable while the app cannot start, and goes on once it can', async (t) => {
    const crash = (node: ClusterNode) => join(node.folder, 'crash')
    const node = await startNode(t, (one) => writeFileSync(crash(one), ''))
    expect(await troubleOf(node)).toMatchObject({ code: 'app_fails' })
    rmSync(crash(node))
    await answering(node)
    expect(events(node).filter((event) => event === 'app started').length).toBeGreaterThan(1)
  })
})

function troubleOf(node: ClusterNode): Promise<{ code: string; fix: string }> {
  return eventually('the node says what is wrong', async () => {
    const response = await node.fetch('http://127.0.0.1:4000/ready?format=json')
    expect(response.status).toBe(503)
    return (await response.json()) as { code: string; fix: string }
  })
}

/** A line for each variable. */
function environmentOf(pid: number): string {
  return readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll('\0', '\n')
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')) && readlinkSync(`/proc/${pid}/exe`) !== ''
  } catch {
    return false
  }
}
