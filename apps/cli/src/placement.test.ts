import { describe, expect, it } from 'vitest'
import { siteSecretOf } from './cluster-settings.ts'
import { CommandError } from './errors.ts'
import { readPlacement } from './placement.ts'
import { readSettings } from './settings.ts'

const secret = 'the secret that all nodes of a test know'
const litefs = {
  ATOLL_REPLICATION: 'litefs',
  ATOLL_NODE: 'lhr-1',
  ATOLL_REGION: 'lhr',
  ATOLL_PEERS: 'dns:atoll.internal',
  ATOLL_CANDIDATES: 'lhr-1, iad-1',
  ATOLL_CLUSTER_SECRET: secret,
}
const placementOf = (env: Record<string, string>) => readPlacement(readSettings({}, env))

describe('readPlacement', () => {
  it('is one machine until told otherwise', () => {
    expect(placementOf({})).toEqual({ kind: 'embedded' })
  })

  it('takes what a node among several needs', () => {
    expect(placementOf(litefs)).toEqual({
      kind: 'litefs',
      mount: '/litefs',
      url: 'http://127.0.0.1:20202',
      node: 'lhr-1',
      region: 'lhr',
      isCandidate: true,
      keeper: { kind: 'candidates', names: ['lhr-1', 'iad-1'] },
      discovery: { kind: 'dns', name: 'atoll.internal', port: 4100, server: undefined },
      listen: { host: '::', port: 4100 },
      secret: [secret],
    })
  })

  it('knows a node that cannot lead', () => {
    expect(placementOf({ ...litefs, ATOLL_NODE: 'nrt-1' })).toMatchObject({ isCandidate: false })
    const { ATOLL_CANDIDATES: _, ...guarded } = { ...litefs, ATOLL_GUARD: '/run/guard', ATOLL_CANDIDATE: 'no' }
    expect(placementOf(guarded)).toMatchObject({ isCandidate: false })
  })

  it('refuses candidates that can never be enough', () => {
    expect(() => placementOf({ ...litefs, ATOLL_MIN_IN_SYNC: '3' })).toThrow(/^ATOLL_MIN_IN_SYNC: found 3 with 2 names/)
    expect(placementOf({ ...litefs, ATOLL_MIN_IN_SYNC: '2' })).toMatchObject({ kind: 'litefs' })
  })

  it('takes a list of peers, a DNS server, and a port', () => {
    expect(placementOf({ ...litefs, ATOLL_PEERS: '[fdaa::2]:4000, iad' })).toMatchObject({
      discovery: {
        kind: 'static',
        peers: [
          { host: 'fdaa::2', port: 4000 },
          { host: 'iad', port: 4100 },
        ],
      },
    })
    expect(placementOf({ ...litefs, ATOLL_CLUSTER_DNS: '[fdaa::3]:53', ATOLL_CLUSTER_PORT: '5000' })).toMatchObject({
      discovery: { port: 5000, server: '[fdaa::3]:53' },
    })
    expect(placementOf({ ...litefs, ATOLL_PEERS: 'dns:atoll.internal:6000' })).toMatchObject({
      discovery: { port: 6000 },
    })
  })

  it('takes two secrets while one replaces the other', () => {
    expect(placementOf({ ...litefs, ATOLL_CLUSTER_SECRET: `${secret}2,${secret}` })).toMatchObject({
      secret: [`${secret}2`, secret],
    })
  })

  it('leaves the port to a guard that passes on what arrives there', () => {
    expect(placementOf({ ...litefs, ATOLL_CLUSTER_SOCKET: '/run/atoll/calls' })).toMatchObject({
      listen: { socket: '/run/atoll/calls', port: 4100 },
    })
  })

  it('prefers a guard to a list of candidates', () => {
    expect(placementOf({ ...litefs, ATOLL_GUARD: '/run/guard.sock' })).toMatchObject({
      keeper: { kind: 'guard', socket: '/run/guard.sock' },
    })
  })

  it.each([
    ['ATOLL_CLUSTER_SECRET', /^ATOLL_CLUSTER_SECRET: not set; .*openssl/],
    ['ATOLL_PEERS', /^ATOLL_PEERS: not set; .*dns:<name>/],
    ['ATOLL_CANDIDATES', /^ATOLL_CANDIDATES: not set; .*ATOLL_GUARD/],
  ])('does not start a node among several without %s', (name, message) => {
    const env = { ...litefs, [name]: '' }
    expect(() => placementOf(env)).toThrow(CommandError)
    expect(() => placementOf(env)).toThrow(message)
  })

  it.each(['ATOLL_PEERS', 'ATOLL_CANDIDATES', 'ATOLL_GUARD'] as const)(
    'does not take %s for a single machine',
    (name) => {
      const env = { [name]: { ATOLL_GUARD: '/run/guard', ...litefs }[name] }
      expect(() => placementOf(env)).toThrow(`ATOLL_REPLICATION: found embedded with ${name}`)
    },
  )

  it.each([
    ['ATOLL_REPLICATION', 'postgres', 'wanted one of embedded, litefs'],
    ['ATOLL_LITEFS_MOUNT', 'litefs', 'wanted a folder from the root'],
    ['ATOLL_LITEFS_URL', 'localhost:20202', 'wanted an address like'],
    ['ATOLL_NODE', 'a b', 'wanted letters'],
    ['ATOLL_CANDIDATES', 'a,,b', 'wanted names of nodes'],
    ['ATOLL_PEERS', 'dns:', 'wanted `dns:` and a name'],
    ['ATOLL_PEERS', 'fdaa::2', 'or addresses like `[fdaa::2]:4100'],
    ['ATOLL_CLUSTER_DNS', 'dns', 'wanted an address like [fdaa::3]:53'],
    ['ATOLL_CLUSTER_PORT', '0', 'wanted a port number from 1'],
    ['ATOLL_CLIENT_ADDRESS_HEADER', 'fly client ip', 'wanted the name of a header'],
  ])('refuses a wrong %s', (name, value, message) => {
    expect(() => placementOf({ ...litefs, [name]: value })).toThrow(`${name}: found "${value}"`)
    expect(() => placementOf({ ...litefs, [name]: value })).toThrow(message)
  })

  it.each(['too short', `${secret},short`, `${secret},${secret}2,${secret}3`])(
    'never shows a wrong secret',
    (value) => {
      const env = { ...litefs, ATOLL_CLUSTER_SECRET: value }
      expect(() => placementOf(env)).toThrow(`ATOLL_CLUSTER_SECRET: found ${value.length} characters`)
      expect(() => placementOf(env)).not.toThrow(value)
    },
  )
})

describe('siteSecretOf', () => {
  it('is the same on every node, and does not tell the cluster secret', () => {
    expect(siteSecretOf([secret])).toBe(siteSecretOf([secret, `${secret}2`]))
    expect(siteSecretOf([secret])).toMatch(/^[0-9a-f]{64}$/)
    expect(siteSecretOf([secret])).not.toBe(siteSecretOf([`${secret}2`]))
  })
})
