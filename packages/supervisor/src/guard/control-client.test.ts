import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openGuardClient } from './control-client.ts'
import type { LeaseState } from './control-protocol.ts'
import { type GuardCalls, openGuardServer } from './control-server.ts'
import { after, type Moment, thisMoment } from './moment.ts'

const held = (until: Moment): LeaseState => ({ kind: 'held', term: '1', until })
const draining = (because: 'handover' | 'few-members'): LeaseState => ({ kind: 'draining', because, until: long() })
const long = () => after(thisMoment(), 60_000)

/** An application, and a guard that says only what it is told to. */
async function follows(state: LeaseState) {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'))
  const socket = join(folder, 'guard.sock')
  const calls: Partial<GuardCalls> = { leaseState: () => state, appCame() {} }
  const server = await openGuardServer({ socket, calls: calls as GuardCalls })
  const client = openGuardClient({ socket })
  const heard: string[] = []
  client.lease.onChange(() => heard.push(client.lease.state.kind))
  onTestFinished(async () => {
    await client.close()
    await server.close()
    rmSync(folder, { recursive: true })
  })
  await expect.poll(() => heard).toEqual(['held'])
  return { client, server, heard }
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), delay(50, false)])
}

describe('the lease as an application sees it', () => {
  it('is not held any more when a guard that stands still did not say that its proof goes on', async () => {
    const { client, heard } = await follows(held(after(thisMoment(), 400)))
    await expect.poll(() => heard).toEqual(['held', 'not-held'])
    expect(client.lease.state).toEqual({ kind: 'not-held' })
  })

  it('is over by the wall clock too, which counts while a machine sleeps', async () => {
    const { client, heard } = await follows(held({ ...long(), wall: Date.now() + 400 }))
    await expect.poll(() => heard).toEqual(['held', 'not-held'])
    expect(client.lease.state).toEqual({ kind: 'not-held' })
  })

  it('goes on with each proof, of which nobody is told', async () => {
    const first = after(thisMoment(), 400)
    const { client, server, heard } = await follows(held(first))
    const next = long()
    server.publish(held(next))
    await expect.poll(() => client.lease.state).toMatchObject({ until: next })
    await expect.poll(() => thisMoment().monotonic, { timeout: 2000 }).toBeGreaterThan(first.monotonic + 50)
    expect(heard).toEqual(['held'])
    expect(client.lease.state.kind).toBe('held')
  })
})

describe('a handover that the guard begins', () => {
  it('goes on when the application says that no write is running', async () => {
    const { client, server, heard } = await follows(held(long()))
    server.publish(draining('handover'))
    const drained = server.drain(5000)
    await expect.poll(() => heard).toEqual(['held', 'draining'])
    expect(await isSettled(drained)).toBe(false)
    client.lease.drained()
    await drained
  })

  it('is prepared once the application has done what it does ahead', async () => {
    const { client, server } = await follows(held(long()))
    const { promise, resolve } = Promise.withResolvers<void>()
    client.lease.onPrepare(() => promise)
    const prepared = server.prepare()
    expect(await isSettled(prepared)).toBe(false)
    resolve()
    await prepared
  })

  it('waits again the next time', async () => {
    const { client, server, heard } = await follows(held(long()))
    server.publish(draining('handover'))
    await expect.poll(() => heard).toEqual(['held', 'draining'])
    client.lease.drained()
    server.publish(held(long()))
    server.publish(draining('handover'))
    await expect.poll(() => heard).toEqual(['held', 'draining', 'held', 'draining'])
    const drained = server.drain(5000)
    expect(await isSettled(drained)).toBe(false)
    client.lease.drained()
    await drained
  })

  it('is not ready because writes were parked before for too few members', async () => {
    const { client, server, heard } = await follows(held(long()))
    server.publish(draining('few-members'))
    await expect.poll(() => heard).toEqual(['held', 'draining'])
    client.lease.drained()
    server.publish(draining('handover'))
    await expect.poll(() => heard).toEqual(['held', 'draining', 'draining'])
    const drained = server.drain(5000)
    expect(await isSettled(drained)).toBe(false)
    client.lease.drained()
    await drained
  })
})
