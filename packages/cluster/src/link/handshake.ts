import { constants } from 'node:crypto'
import type { TlsOptions } from 'node:tls'
import type { ClusterKey, ClusterKeys } from './keys.ts'

/**
 * TLS 1.2 with a pre-shared key and X25519, so with forward secrecy and without certificates. Node offers pre-shared
 * keys in TLS 1.2 only. There is one version and one cipher: nothing can be negotiated down, least of all to plain text.
 * No session is ever resumed: a ticket would outlive the secret it was made under.
 */
export const handshakeOptions = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
} as const satisfies TlsOptions

/** What a listener says in the clear, so that a dialler with two keys picks one it knows. */
export function identityHint(keys: ClusterKeys): string {
  return keys.map(({ identity }) => identity).join(' ')
}

export function findKey(keys: ClusterKeys, identity: string): ClusterKey | undefined {
  return keys.find((key) => key.identity === identity)
}

/** A hint is not authenticated: the worst that a forged one does is to choose another of our keys, or to be ignored. */
export function chooseKey(keys: ClusterKeys, hint: string | null): ClusterKey {
  const known = (hint ?? '').split(' ')
  return keys.find(({ identity }) => known.includes(identity)) ?? keys[0]
}
