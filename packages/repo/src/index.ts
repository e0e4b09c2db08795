export { type ErrorData, RepoError, type RepoErrorCode, repoErrors, type SqliteDetail } from './errors.ts'
export { hashOf } from './hash.ts'
export type { DatabaseHost, DatabaseState } from './host/database-host.ts'
export { createKey, keyLifetimeMs, resultLifetimeMs, timeOfKey } from './key.ts'
export type { Call, CallContext, CallResult, Durability, Middleware, Next } from './middleware.ts'
export { type OpenRepoOptions, openRepo } from './open.ts'
export { defineOperation, type Operation, type OperationDefinition } from './operation.ts'
export type {
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
export type { Repo, RunResult } from './repo.ts'
export type { RepoSchema, RepoTables } from './schema.ts'
export type { LocalCommit as CommitNotice } from './thread-messages.ts'
export { type Epoch, encodeToken, isSameEpoch, olderToken, parseToken, type Token } from './token.ts'
export { decodeValue, encodeValue } from './values.ts'
