import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { whyUnanswered } from '../unanswered.ts'
import { type Finding, find } from './findings.ts'

export interface ConsulQuestion {
  /** `http(s)://[:TOKEN@]HOST[:PORT][/PREFIX]`, as FLY_CONSUL_URL is written. */
  url: string
  /** `lease.consul.key` of litefs.yml. */
  key: string
  /** LiteFS's own folder; the cluster's id is in it once it has been part of one. */
  litefsData: string | undefined
}

const deadlineMs = 3000

/** Whether Consul answers, and whether its key belongs to the cluster that this node is in. */
export async function checkConsul({ url, key, litefsData }: ConsulQuestion): Promise<Finding[]> {
  const { origin, pathname, password, host } = new URL(url)
  const path = [pathname.replace(/^\/+|\/+$/g, ''), key, 'clusterid'].filter(Boolean).join('/')
  let response: Response
  try {
    response = await fetch(`${origin}/v1/kv/${path}?raw`, {
      headers: password ? { 'X-Consul-Token': decodeURIComponent(password) } : {},
      signal: AbortSignal.timeout(deadlineMs),
    })
  } catch (error) {
    return find('consul_unreachable', `Consul at ${host} does not answer: ${whyUnanswered(error)}`)
  }
  // No cluster has used the key yet.
  if (response.status === 404) return []
  if (!response.ok) return find('consul_unreachable', `Consul at ${host} refuses: ${response.status}`)
  const theirs = (await response.text()).trim()
  const ours = clusterIdIn(litefsData)
  if (ours === undefined || ours === theirs) return []
  return find('consul_other_cluster', `the key ${key} belongs to the cluster ${theirs}, and this node is of ${ours}`)
}

function clusterIdIn(folder: string | undefined): string | undefined {
  const file = folder && join(folder, 'clusterid')
  return file && existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}
