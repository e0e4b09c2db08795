import { describe, expect, it } from 'vitest'
import { litefsConfig } from './litefs-config.ts'

const settings = {
  hostname: 'ams-1',
  isCandidate: true,
  dataFolder: '/data/litefs',
  mountFolder: '/data/"odd": $HOME',
  consulKey: 'atoll/primary',
  consulPort: 20203,
  port: 20202,
  allowOther: true,
}

describe('litefsConfig', () => {
  it('keeps LiteFS on loopback and its Consul address free of path and token', () => {
    const config = JSON.parse(litefsConfig(settings))
    expect(config.http.addr).toBe('127.0.0.1:20202')
    expect(config.lease.consul.url).toBe('http://127.0.0.1:20203')
    expect(config.lease['reconnect-delay']).toBe('20ms')
  })

  it('takes any folder for what it is', () => {
    expect(JSON.parse(litefsConfig(settings)).fuse.dir).toBe('/data/"odd": $HOME')
  })
})
