import { hkdfSync } from 'node:crypto'
import { ClusterError } from '../errors.ts'

export const leastSecretLength = 32

export interface ClusterKey {
  /** Names the key in the clear part of a handshake; says nothing about the secret. */
  identity: string
  key: Buffer
}

/** The preferred key, and one that is still, or already, valid while a secret is replaced. */
export type ClusterKeys = readonly [ClusterKey] | readonly [ClusterKey, ClusterKey]

/**
 * Makes the keys of a cluster from its secret, or from two while it is replaced: give every node `[new, old]`, one
 * after another, then `[new]`. Two nodes use the first key that both know.
 *
 * A secret has at least 32 characters, because whoever can pose as a node may try guesses on what he recorded.
 */
export function deriveKeys(secrets: string | readonly string[]): ClusterKeys {
  const [first, second, ...others] = typeof secrets === 'string' ? [secrets] : secrets
  if (first === undefined) throw new ClusterError('bad_secret', 'no cluster secret was given')
  if (others.length > 0) throw new ClusterError('bad_secret', 'at most two cluster secrets are valid at once')
  return second === undefined ? [deriveKey(first)] : [deriveKey(first), deriveKey(second)]
}

function deriveKey(secret: string): ClusterKey {
  if (secret.length < leastSecretLength) {
    throw new ClusterError(
      'bad_secret',
      `the cluster secret has ${secret.length} characters, and needs ${leastSecretLength}`,
    )
  }
  return {
    identity: expand(secret, 'atoll link identity 1', 8).toString('hex'),
    key: expand(secret, 'atoll link key 1', 32),
  }
}

function expand(secret: string, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, bytes))
}
