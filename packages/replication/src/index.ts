export { openEmbedded } from './embedded.ts'
export { ReplicationError, type ReplicationErrorCode, replicationErrors } from './errors.ts'
export { type LitefsOptions, openLitefs } from './litefs/open.ts'
export type { Position, Replication, ReplicationEvent, Role } from './replication.ts'
