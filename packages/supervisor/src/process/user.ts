import { execFileSync } from 'node:child_process'
import { SupervisorError } from '../errors.ts'

export interface User {
  name: string
  uid: number
  gid: number
}

/** The account with this name; asked of `id`, which knows of every source of accounts. */
export function findUser(name: string): User {
  try {
    const ask = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
    return { name, uid: ask('-u'), gid: ask('-g') }
  } catch (cause) {
    throw new SupervisorError('unknown_user', `ATOLL_USER: this machine has no user ${JSON.stringify(name)}`, { cause })
  }
}
