import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SupervisorError } from '../errors.ts'
import { makeFolder } from './folders.ts'
import { findUser } from './user.ts'

describe('makeFolder', () => {
  it('makes what is missing, and mends mode and owner of what is there', async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'atoll-folders-'))
    t.onTestFinished(() => rmSync(root, { recursive: true }))
    const owner = findUser(process.getuid!() === 0 ? 'nobody' : process.env.USER!)
    const path = join(root, 'a', 'b')
    for (const mode of [0o755, 0o700]) {
      await makeFolder({ path, mode, owner })
      const { mode: found, uid, gid } = statSync(path)
      expect([found & 0o777, uid, gid]).toEqual([mode, owner.uid, owner.gid])
    }
  })

  it('names the folder that cannot be made', async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'atoll-folders-'))
    t.onTestFinished(() => rmSync(root, { recursive: true }))
    writeFileSync(join(root, 'file'), '')
    const made = makeFolder({ path: join(root, 'file', 'x'), mode: 0o700 })
    await expect(made).rejects.toThrow(/cannot make the folder .*file\/x \(ENOTDIR\)/)
    await expect(made).rejects.toThrow(SupervisorError)
    await expect(makeFolder({ path: join(root, 'file'), mode: 0o700 })).rejects.toThrow(/file \(EEXIST\)/)
  })

  it.runIf(process.platform === 'linux')('does not try for ever where none can be made', async () => {
    await expect(makeFolder({ path: '/proc/atoll/x', mode: 0o700 })).rejects.toThrow(/\/proc\/atoll\/x \(ENOENT\)/)
  })
})

describe('findUser', () => {
  it('names the setting when there is no such user', () => {
    expect(() => findUser('no-such-user')).toThrow('ATOLL_USER: this machine has no user "no-such-user"')
  })
})
