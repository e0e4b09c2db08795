/** What a data node is started with, in its environment. */
export interface DataNodeSettings {
  name: string
  region: string
  mount: string
  /** The names of the nodes that may become primary. */
  candidates: string[]
  /** Answers with the address of every node. */
  dnsName: string
  schema: 'schema' | 'slow-schema'
  version: string
  /** The control socket of a guard, which then says what is acknowledged; every candidate has to have it otherwise. */
  guard?: string
  limits?: { writes: number; bytes: number }
  patienceMs?: number
}

export const databaseName = 'data.db'
export const clusterPort = 4100
export const controlPort = 3000
export const secret = 'of the tests, and of nobody else at all'

export function readSettings(): DataNodeSettings {
  return JSON.parse(process.env.DATA_NODE!) as DataNodeSettings
}
