import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Consul, openConsul } from '../../packages/supervisor/src/guard/consul-client.ts'
import { watchConsul } from '../../packages/supervisor/src/guard/consul-watch.ts'
import { openDisk } from '../../packages/supervisor/src/guard/disk.ts'
import {
  encodeSet,
  type InSyncSet,
  keepOnly,
  type Member,
  withMember,
} from '../../packages/supervisor/src/guard/in-sync-set.ts'
import { openLease } from '../../packages/supervisor/src/guard/lease.ts'
import { keysOf, lookAt, type Picture, releaseSteps } from '../../packages/supervisor/src/guard/records.ts'
import { eventually, openCluster, type TestOwner } from '../harness/index.ts'

const keys = keysOf('litefs/atoll')
const value = { hostname: 'a', 'advertise-url': 'http://a:20202' }
const member = (node: string): Member => ({ node, disk: node, address: `${node}:1` })
const silentLog = { info() {}, warn() {}, error() {} }

describe('a lease on a real Consul', () => {
  it('is another term at each acquire, though the same session takes it with the same value', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const [one, two] = [await leaseOf('a'), await leaseOf('a')]
    const session = await consul.createSession()
    expect(await one.acquire(session, value)).toBe(true)
    const { term } = one.reign!
    expect(await two.acquire(session, value)).toBe(true)
    expect(two.reign!.term).toBeGreaterThan(term)
  })

  it('ends by the next heartbeat when it was handed on with its session', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const [one, two] = [await leaseOf('a'), await leaseOf('b')]
    const session = await consul.createSession()
    await one.acquire(session, value)
    await two.acquire(session, value)
    await eventually('the first reign has ended', () => one.reign === undefined)
    expect(await one.renew(session)).toBe(false)
    expect(await two.renew(session)).toBe(true)
  })

  it('cannot change the set once it has gone on', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const [one, two] = [await leaseOf('a'), await leaseOf('b')]
    const session = await consul.createSession()
    await one.acquire(session, value)
    const reign = one.reign!
    await two.acquire(session, value)
    await expect(reign.changeSet((set) => keepOnly(set, () => false))).rejects.toMatchObject({ code: 'reign_ended' })
    expect((await lookAt(consul, keys)).set!.value).toEqual(two.reign!.set)
  })

  it('cannot change the set once it was taken away, also while nobody has it', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const lease = await leaseOf('a')
    await lease.acquire(await consul.createSession(), value)
    const reign = lease.reign!
    const { lease: held, set } = await lookAt(consul, keys)
    await consul.transact(releaseSteps(keys, { index: held!.index, session: held!.session! }))
    await expect(reign.changeSet((next) => withMember(next, member('b')))).rejects.toMatchObject({
      code: 'reign_ended',
    })
    expect((await lookAt(consul, keys)).set).toEqual(set)
  })

  it('stays with a holder whose heartbeat came after the look that showed it silent', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const still = heartbeatsStop(consul)
    const one = await leaseOf('a', { consul: still.consul })
    const two = await leaseOf('b')
    await one.acquire(await consul.createSession(), value)
    const { term, session } = one.reign!
    await one.reign!.changeSet((set) => withMember(set, two.self))
    still.stop()
    const tried = Promise.withResolvers<unknown>()
    const late = isSlow(
      consul,
      () => consul.transact([{ verb: 'set', key: keys.heartbeat, value: '{"count":99}' }]),
      tried.resolve,
    )
    beginToWatch(t, two, late)
    expect(await tried.promise).toMatchObject({ kind: 'refused' })
    expect((await lookAt(consul, keys)).lease).toMatchObject({ index: term, session })
  })

  it('does not give back, or end the session of, what has gone on to another', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const [one, two] = [await leaseOf('a'), await leaseOf('b')]
    const session = await consul.createSession()
    await one.acquire(session, value)
    const reign = one.reign!
    await two.acquire(session, value)
    await reign.release({ leave: true })
    await one.release(session)
    expect((await lookAt(consul, keys)).lease).toMatchObject({ index: two.reign!.term, session })
  })

  it('stays with another to whom it went while its former holder gave it back', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const two = await leaseOf('b')
    const session = await consul.createSession()
    const one = await leaseOf('a', { consul: isSlow(consul, () => two.acquire(session, value)) })
    await one.acquire(session, value)
    one.reign!.end('the guard of a ended and started again')
    await one.release(session)
    expect(await consul.renewSession(session)).toBe(true)
    expect((await lookAt(consul, keys)).lease).toMatchObject({ index: two.reign!.term, session })
  })

  it('stays with another to whom it went while its former holder found it without a reign', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const [one, two] = [await leaseOf('a'), await leaseOf('b')]
    const session = await consul.createSession()
    await one.acquire(session, value)
    one.reign!.end('the guard of a ended and started again')
    const gone = Promise.withResolvers<void>()
    const slow = isSlow(consul, async () => {
      await two.acquire(session, value)
      gone.resolve()
    })
    const watch = beginToWatch(t, one, slow)
    await gone.promise
    const seen = await watch.look()
    await eventually('it looked again', async () => watch.picture !== seen)
    expect(await consul.renewSession(session)).toBe(true)
    expect((await lookAt(consul, keys)).lease).toMatchObject({ index: two.reign!.term, session })
  })

  it('is not renewed for a LiteFS over which nobody reigns, unless it is being handed over', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const session = await consul.createSession()
    expect(await (await leaseOf('a')).renew(session)).toBe(false)
    expect(await (await leaseOf('b', { isBeingHanded: () => true })).renew(session)).toBe(true)
  })

  it('is refused when the set changed after it was looked at', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    await (await leaseOf('a')).acquire(await consul.createSession(), value)
    const first = await lookAt(consul, keys)
    await consul.transact([{ verb: 'unlock', key: keys.lease, value: '', session: first.lease!.session! }])
    const late = await leaseOf('b', {
      async beforeVerdict({ set }) {
        const { value: current, index } = set!
        await consul.transact([{ verb: 'cas', key: keys.set, value: encodeSet(keepOnly(current!, () => true)), index }])
      },
    })
    expect(await late.acquire(await consul.createSession(), value)).toBe(false)
    expect((await lookAt(consul, keys)).lease?.session).toBeUndefined()
  })

  it('is held when its acquire was carried out and the answer lost', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const deaf = losesAnswers(consul)
    const lease = await leaseOf('a', { consul: deaf.consul })
    const session = await consul.createSession()
    deaf.loseNext()
    expect(await lease.acquire(session, value)).toBe(true)
    expect(lease.reign!.term).toBe((await lookAt(consul, keys)).lease!.index)
  })

  it('counts both sets until it knows whether a change of the set was carried out', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const deaf = losesAnswers(consul)
    const lease = await leaseOf('a', { consul: deaf.consul })
    await lease.acquire(await consul.createSession(), value)
    const reign = lease.reign!
    deaf.loseAll(true)
    const changing = reign.changeSet((set) => withMember(set, { node: 'b', disk: 'b', address: 'b:1' }))
    expect(reign.pendingSet!.members.map(({ node }) => node)).toEqual(['a', 'b'])
    await eventually('it was carried out', async () => (await lookAt(consul, keys)).set!.value!.members.length === 2)
    expect(reign.set.members.map(({ node }) => node)).toEqual(['a'])
    expect(reign.pendingSet).toBeDefined()
    deaf.loseAll(false)
    await changing
    expect(reign.pendingSet).toBeUndefined()
    expect(reign.set.members.map(({ node }) => node)).toEqual(['a', 'b'])
  })

  it('is not proven any more when heartbeats get no answer, and is again when they do', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const deaf = losesAnswers(consul)
    const lease = await leaseOf('a', { consul: deaf.consul })
    await lease.acquire(await consul.createSession(), value)
    const reign = lease.reign!
    deaf.loseAll(true)
    await eventually('nothing proves it', () => !reign.isProven)
    deaf.loseAll(false)
    await eventually('it is proven again', () => reign.isProven)
    expect(lease.reign).toBe(reign)
  })

  it('is taken over the members that are heard, in the transaction that takes it', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const first = await leaseOf('a')
    await first.acquire(await consul.createSession(), value)
    await first.reign!.changeSet((set) => withMember(withMember(set, member('b')), member('c')))
    await first.reign!.release({ leave: true })
    const next = await leaseOf('b', { isHeard: ({ node }) => node !== 'c' })
    await next.acquire(await consul.createSession(), value)
    const { set } = await lookAt(consul, keys)
    expect(set!.value!.members.map(({ node }) => node)).toEqual(['b'])
    expect(next.reign!.set).toEqual(set!.value)
  })

  it('counts a changed set as its own only once that lies on its disk', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const written = Promise.withResolvers<void>()
    let isSlow = false
    const lease = await leaseOf('a', { beforeStoring: async () => (isSlow ? written.promise : undefined) })
    await lease.acquire(await consul.createSession(), value)
    const reign = lease.reign!
    isSlow = true
    const changing = reign.changeSet((set) => withMember(set, member('b')))
    await eventually('Consul has it', async () => (await lookAt(consul, keys)).set!.value!.members.length === 2)
    expect([reign.set.members.length, reign.pendingSet?.members.length]).toEqual([1, 2])
    written.resolve()
    await changing
    expect([reign.set.members.length, reign.pendingSet]).toEqual([2, undefined])
  })

  it('leaves the set with its release', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const lease = await leaseOf('a')
    await lease.acquire(await consul.createSession(), value)
    await lease.reign!.changeSet((set) => withMember(set, { node: 'b', disk: 'b', address: 'b:1' }))
    await lease.reign!.release({ leave: true })
    const { lease: record, set } = await lookAt(consul, keys)
    expect(record).toMatchObject({ session: undefined, value: undefined })
    expect(set!.value!.members.map(({ node }) => node)).toEqual(['b'])
  })

  it('stays in the set with its release while it is alone in it', async (t) => {
    const { consul, leaseOf } = await realConsul(t)
    const lease = await leaseOf('a')
    await lease.acquire(await consul.createSession(), value)
    await lease.reign!.release({ leave: true })
    const { lease: record, set } = await lookAt(consul, keys)
    expect(record!.session).toBeUndefined()
    expect(set!.value!.members.map(({ node }) => node)).toEqual(['a'])
  })
})

interface LeaseOfOptions {
  consul?: Consul
  beforeVerdict?(picture: Picture): Promise<void>
  beforeStoring?(): Promise<void>
  isHeard?(member: Member): boolean
  isBeingHanded?(): boolean
}

async function realConsul(t: TestOwner) {
  const cluster = await openCluster({ nodes: 0, title: t.task.name })
  const consul = openConsul({ url: cluster.consul.url })
  const leases: ReturnType<typeof openLease>[] = []
  t.onTestFinished(async () => {
    for (const lease of leases) lease.reign?.end('the test is over')
    await cluster.close()
  })

  /** Guards of which each may lead. */
  async function leaseOf(node: string, options: LeaseOfOptions = {}) {
    const disk = await openDisk(mkdtempSync(join(process.env.ATOLL_CLUSTER_FOLDER!, 'disk-')))
    const slowDisk = {
      ...disk,
      async storeSet(set: InSyncSet) {
        await options.beforeStoring?.()
        await disk.storeSet(set)
      },
    }
    const self = { node, disk: disk.id, address: `${node}:1` }
    const lease = openLease({
      ...{ consul: options.consul ?? consul, keys, disk: slowDisk, log: silentLog, self },
      async mayLead(picture) {
        await options.beforeVerdict?.(picture)
        const base = picture.set?.value ?? { lineage: 'one', version: 0, members: [self], removed: [] }
        return { kind: 'may', base, setIndex: picture.set?.index ?? 0, acked: undefined }
      },
      isHeard: options.isHeard ?? (() => true),
      acked: () => undefined,
      isBeingHanded: options.isBeingHanded ?? (() => false),
      onChange() {},
    })
    leases.push(lease)
    return Object.assign(lease, { disk, self })
  }
  return { consul, leaseOf }
}

type TestLease = Awaited<ReturnType<Awaited<ReturnType<typeof realConsul>>['leaseOf']>>

/** What a guard does on its own account: it looks, writes that it lives, and takes the lease from whom is silent. */
function beginToWatch(t: TestOwner, lease: TestLease, consul: Consul) {
  const stopping = new AbortController()
  const watch = watchConsul({
    ...{ consul, keys, disk: lease.disk, lease, self: lease.self, signal: stopping.signal, log: silentLog },
    record: { ...lease.self, candidate: true, region: 'here' },
    onPicture() {},
  })
  t.onTestFinished(() => watch.close())
  t.onTestFinished(async () => stopping.abort())
  watch.begin()
  return watch
}

/** Something happens before the lease is given back, or taken away. */
function isSlow(
  consul: Consul,
  meanwhile: () => Promise<unknown>,
  onOutcome: (outcome: unknown) => void = () => {},
): Consul {
  return {
    ...consul,
    async transact(steps) {
      const isUnlock = steps.some(({ verb }) => verb === 'unlock')
      if (isUnlock) await meanwhile()
      const outcome = await consul.transact(steps)
      if (isUnlock) onOutcome(outcome)
      return outcome
    },
  }
}

/** From then on its heartbeats do not arrive. */
function heartbeatsStop(consul: Consul) {
  let hasStopped = false
  return {
    stop() {
      hasStopped = true
    },
    consul: {
      ...consul,
      async transact(steps) {
        if (hasStopped && steps.some((step) => step.verb === 'set' && step.key === keys.heartbeat))
          throw new Error('lost')
        return consul.transact(steps)
      },
    } satisfies Consul,
  }
}

/** Carries transactions out, and then says that nobody answered. */
function losesAnswers(consul: Consul) {
  let losing: 'none' | 'next' | 'all' = 'none'
  return {
    loseNext() {
      losing = 'next'
    },
    loseAll(all: boolean) {
      losing = all ? 'all' : 'none'
    },
    consul: {
      ...consul,
      async transact(steps) {
        const outcome = await consul.transact(steps)
        if (losing === 'none') return outcome
        if (losing === 'next') losing = 'none'
        throw new Error('no answer')
      },
    } satisfies Consul,
  }
}
