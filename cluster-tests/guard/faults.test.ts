import { describe, expect, it } from 'vitest'
import { askGuard } from '../../packages/supervisor/src/guard/index.ts'
import { eventually } from '../harness/index.ts'
import { guardSocket, guardStatus } from './guarded-node.ts'
import { anotherLeads, gapOf, shareCluster } from './shared-cluster.ts'

// What is asserted after every test is in shareCluster: nothing lost, nothing twice, and everybody in sync again.
describe('a guarded cluster under load', () => {
  const shared = shareCluster()

  it('goes on when LiteFS on the primary is killed', async () => {
    const { primary } = shared
    await gapOf(shared, () => primary.kill('litefs'))
    expect(await shared.cluster.primary()).not.toBe(primary)
  })

  it('hands over at once when the application on the primary is killed', async () => {
    const { primary } = shared
    await gapOf(shared, () => primary.kill('app'))
    expect(await shared.cluster.primary()).not.toBe(primary)
  })

  it('lets a node lead whose application runs, while there is one', async () => {
    const [idle, other] = shared.replicas
    await idle!.kill('app')
    const toIdle = askGuard(guardSocket(shared.primary), 'handover', { to: idle!.name })
    await expect(toIdle).rejects.toMatchObject({ code: 'no_target' })
    await gapOf(shared, () => shared.primary.kill('litefs'))
    expect(await shared.cluster.primary()).toBe(other)
  })

  it('goes on when the whole primary is killed', async () => {
    await gapOf(shared, () => shared.primary.kill())
  })

  it('goes on when the primary vanishes without a word', async () => {
    const { primary } = shared
    await gapOf(shared, () => primary.vanish())
    await primary.reappear()
    await eventually('it follows', async () => !(await guardStatus(primary)).litefs.isPrimary)
  })

  it('goes on when the primary is frozen, and takes it back as a replica when it thaws', async () => {
    const { primary } = shared
    await gapOf(shared, () => primary.freeze())
    primary.thaw()
    await eventually('it follows', async () => !(await guardStatus(primary)).litefs.isPrimary)
  })

  it('leaves a LiteFS that stands still though its guard does not', async () => {
    await gapOf(shared, () => shared.primary.part('litefs').send('SIGSTOP'))
  })

  it('goes on when the guard of the primary is killed', async () => {
    await gapOf(shared, () => shared.primary.kill('guard'))
  })

  it('goes on when the primary is cut off from Consul alone', async () => {
    const { cluster, primary } = shared
    await gapOf(
      shared,
      () => cluster.partition(primary, 'consul'),
      () => anotherLeads(shared),
    )
  })

  it('resigns when it is cut off from the others though they live', async () => {
    const { cluster, primary, replicas } = shared
    await gapOf(
      shared,
      () => cluster.partition(primary, replicas),
      () => anotherLeads(shared),
    )
  })

  it.each([
    ['the primary is not heard by the replicas', 'primary', 'replicas'],
    ['the primary does not hear the replicas', 'replicas', 'primary'],
    ['the primary is not heard by Consul', 'primary', 'consul'],
    ['the primary does not hear Consul', 'consul', 'primary'],
  ] as const)('goes on when %s', async (_, from, to) => {
    const places = { ...shared, consul: 'consul' } as const
    await gapOf(
      shared,
      () => shared.cluster.silence(places[from], places[to]),
      () => anotherLeads(shared),
    )
  })

  it('drops a replica that is killed', async () => {
    await gapOf(shared, () => shared.replicas[0]!.kill())
  })

  it('drops a replica that is frozen, and takes it back', async () => {
    await gapOf(shared, () => shared.replicas[0]!.freeze())
  })

  it('does not wait for a replica that stops politely', async () => {
    const [replica] = shared.replicas
    await gapOf(shared, async () => {
      await askGuard(guardSocket(replica!), 'leave')
      await replica!.kill()
    })
    expect((await guardStatus(shared.primary)).members).not.toContain(replica!.name)
  })

  it('keeps every write when two nodes die one after the other', async () => {
    await gapOf(shared, () => shared.primary.kill())
    const [second] = shared.replicas.filter((node) => node.isReachable())
    await gapOf(shared, () => second!.kill())
  })

  it('hands over ten times in a row', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const primary = await shared.cluster.primary()
      await gapOf(shared, () => askGuard(guardSocket(primary), 'handover'))
      await eventually('another leads', async () => (await guardStatus(primary)).holder !== primary.name)
    }
  })
})
