export type {
  CallHandler,
  CallOptions,
  ClusterSeam,
  InSyncMember,
  InSyncSet,
  LeaseState,
  ReplicationEvent,
  ReplicationSeam,
  Role,
  WriteLease,
} from './cluster-seam.ts'
export { type FixedInSyncSetOptions, openFixedInSyncSet } from './durability/fixed-in-sync-set.ts'
export { leaseByRole } from './durability/lease-by-role.ts'
export { ownTables } from './engine/own-tables.ts'
export { type ErrorData, RepoError, type RepoErrorCode, repoErrors, type SqliteDetail } from './errors.ts'
export type { WaitingLimits } from './forwarding/admission.ts'
export type { Coverage, NodeState, WaitForOptions } from './forwarding/node.ts'
export type { TakenWrite } from './forwarding/take-writes.ts'
export { hashOf } from './hash.ts'
export type { DatabaseHost, DatabaseState } from './host/database-host.ts'
export { createKey, keyLifetimeMs, resultLifetimeMs, timeOfKey } from './key.ts'
export type {
  Call,
  CallContext,
  CallOrigin,
  CallResult,
  Durability,
  Middleware,
  Next,
  WriteTiming,
} from './middleware.ts'
export { type ClusterOptions, type OpenDatabaseOptions, type OpenRepoOptions, openDatabase, openRepo } from './open.ts'
export { defineOperation, type Operation, type OperationDefinition } from './operation.ts'
export type {
  CommitNotice,
  Committed,
  Fence,
  Position,
  ReadAnswer,
  ReadRequest,
  Statement,
  StatementResult,
  WriteAnswer,
  WriteBody,
  WriteRequest,
} from './protocol.ts'
export type { Reader, Snapshot, SnapshotQueries } from './reader.ts'
export type { BatchResult, BatchResults, Repo, RunOptions, RunResult } from './repo.ts'
export type { RepoMigration, RepoSchema, RepoTables } from './schema.ts'
export { type Epoch, encodeToken, isSameEpoch, newerToken, olderToken, parseToken, type Token } from './token.ts'
export { decodeValue, encodeValue } from './values.ts'
