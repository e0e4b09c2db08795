import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { eventually, startCluster, type TestOwner } from '../harness/index.ts'
import { startProcess } from '../harness/processes.ts'
import { programPath } from '../programs/programs.ts'
import { guardedParts, guardStatus } from './guarded-node.ts'
import { writeThrough } from './load.ts'

const manager = 'a5000000-0000-4000-8000-000000000001'
const port = 8501

/** What a platform gives for one prefix: its keys, and sessions on the node of that name. */
const rights = `
  key_prefix "team-a/" { policy = "write" }
  node "team-a/litefs" { policy = "write" }
  session "team-a/litefs" { policy = "write" }
`

describe('a Consul with https, tokens and a prefix for everybody', () => {
  it('is led over with a token that may write below its prefix alone', async (t) => {
    const { cluster, node, token } = await strictConsul(t, 'team-a')
    expect((await guardStatus(node)).holder).toBe(node.name)
    const load = writeThrough(cluster.nodes)
    t.onTestFinished(() => load.stop())
    await load.nextWrite()
    expect(await token.keys()).toContain('team-a/litefs/atoll/in-sync-set')
  })

  it('says what its token does not allow', async (t) => {
    const { node } = await strictConsul(t, 'team-b')
    await eventually('it says so', () =>
      node.part('guard').log().includes('Consul takes nothing from this node: Permission denied'),
    )
    expect((await guardStatus(node)).holder).toBeUndefined()
  })
})

/** One node whose guard has a token for `team-a`, and uses it below the prefix. */
async function strictConsul(t: TestOwner, prefix: string) {
  const folder = mkdtempSync(join(process.env.ATOLL_CLUSTER_FOLDER!, 'strict-consul-'))
  let url = ''
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'consul-agent-ca.pem') }
  const parts = guardedParts(() => ({ consulUrl: url }), { env })
  const cluster = await startCluster(t, {
    nodes: 1,
    parts: prefix === 'team-a' ? parts : parts.slice(0, 1),
    start: false,
  })
  const { address, urlHost, namespace } = cluster.network.tests
  makeCertificates(folder, address)
  const consul = startProcess(
    programPath('consul'),
    ['agent', '-dev', '-node=strict', '-hcl', configOf(folder, address)],
    {
      ...{
        name: 'strict-consul',
        namespace,
        logFile: join(folder, 'log'),
        cwd: folder,
        env: { PATH: process.env.PATH },
      },
    },
  )
  t.onTestFinished(() => consul.kill())
  const ask = (path: string, options: AskOptions = {}) => askConsul(folder, address, path, options)
  await eventually('Consul has a leader', async () => {
    if (!consul.isRunning()) throw new Error(consul.log().slice(-800))
    return (await ask('/v1/kv/nothing')).status === 404
  })
  await ask('/v1/acl/policy', { body: { Name: 'team-a', Rules: rights } })
  const made = await ask('/v1/acl/token', { body: { Policies: [{ Name: 'team-a' }] } })
  const { SecretID } = JSON.parse(made.body) as { SecretID: string }
  url = `https://:${SecretID}@${urlHost}:${port}/${prefix}/`
  const node = cluster.nodes[0]!
  await node.start()
  const keys = async () => JSON.parse((await ask('/v1/kv/team-a/?keys=', { token: SecretID })).body) as string[]
  return { cluster, node, token: { keys } }
}

function makeCertificates(folder: string, address: string) {
  const consul = (...args: string[]) => execFileSync(programPath('consul'), ['tls', ...args], { cwd: folder })
  consul('ca', 'create')
  consul('cert', 'create', '-server', `-additional-ipaddress=${address}`)
}

function configOf(folder: string, address: string): string {
  return `
    bind_addr = "127.0.0.1"
    addresses { https = "${address}" }
    ports { http = -1, https = ${port}, dns = -1, grpc = -1, grpc_tls = -1 }
    performance { raft_multiplier = 1 }
    disable_update_check = true
    acl { enabled = true, default_policy = "deny", tokens { initial_management = "${manager}" } }
    tls { https {
      cert_file = "${folder}/dc1-server-consul-0.pem"
      key_file = "${folder}/dc1-server-consul-0-key.pem"
    } }
  `
}

interface AskOptions {
  token?: string
  body?: unknown
}

/** As the administrator of that Consul, unless another token is given. */
async function askConsul(folder: string, host: string, path: string, { token = manager, body }: AskOptions) {
  const ca = readFileSync(join(folder, 'consul-agent-ca.pem'))
  const method = body === undefined ? 'GET' : 'PUT'
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request({ host, port, path, method, ca, headers: { 'x-consul-token': token } }, async (response) => {
      resolve({ status: response.statusCode!, body: await text(response) })
    })
    sent.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
  })
}
