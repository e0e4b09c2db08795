/** What differs from node to node; all else follows from how the supervisor runs LiteFS. */
export interface LitefsSettings {
  /** LiteFS's name of this node; the other nodes know it by this one. */
  hostname: string
  /** May it become primary? */
  isCandidate: boolean
  /** LiteFS's own files: the folder that has to survive a restart. */
  dataFolder: string
  /** Where the database is seen. Nothing else is in it. */
  mountFolder: string
  /** Where the lease lies in Consul; one for each cluster. */
  consulKey: string
  /** The guard's proxy for LiteFS's Consul calls, on this machine's loopback. */
  consulPort: number
  /** LiteFS's own port, on loopback. */
  port: number
  /** Whether others than the user that runs LiteFS read the mount. */
  allowOther: boolean
}

/**
 * The configuration file, as LiteFS 0.5.14 reads it (cmd/litefs/config.go; unknown keys are errors).
 *
 * It is JSON, which YAML contains: nothing in a value can be taken for syntax. LiteFS has to be started with
 * `-no-expand-env`, or a `$` in a folder's name would be replaced.
 */
export function litefsConfig(settings: LitefsSettings): string {
  const { hostname, isCandidate, dataFolder, mountFolder, consulKey, consulPort, port, allowOther } = settings
  const address = `127.0.0.1:${port}`
  return JSON.stringify(
    {
      data: { dir: dataFolder },
      fuse: { dir: mountFolder, 'allow-other': allowOther },
      // It has no authentication: whoever reaches it writes to the database. The guard's links carry it between nodes.
      http: { addr: address },
      // Without it a LiteFS that waits for its cluster ignores SIGTERM. It would only hold back a program that LiteFS
      // starts, and it starts none.
      'skip-sync': true,
      lease: {
        type: 'consul',
        hostname,
        // The guard replaces it, in what its own LiteFS reads, by the near end of a link.
        'advertise-url': `http://${address}`,
        candidate: isCandidate,
        promote: false,
        // The default of a second would be a second without a primary at each handover. The guard holds back what it
        // answers where asking again soon is of no use.
        'reconnect-delay': '20ms',
        // Without a path: with one, LiteFS ends at boot while Consul is away, and nothing can be read.
        // It asks after half of this time whether the lease is still its own, and the guard knows; what Consul is told is
        // the guard's affair.
        consul: { url: `http://127.0.0.1:${consulPort}`, key: consulKey, ttl: '2s', 'lock-delay': '1ms' },
      },
      log: { format: 'json', timestamp: true },
    },
    null,
    2,
  )
}
