export { SupervisorError, type SupervisorErrorCode, supervisorErrors } from './errors.ts'
export type { ChildCommand } from './process/child.ts'
export { type ExitCode, exitCodes } from './process/exit-codes.ts'
export { type Folder, makeFolder, makeWithParents } from './process/folders.ts'
export { guardProgram } from './process/guard-program.ts'
export type { LitefsSettings } from './process/litefs-config.ts'
export { beat } from './process/pulse.ts'
export { type GuardDuties, serveSupervisor } from './process/serve-supervisor.ts'
export {
  type Grace,
  type Supervisor,
  type SupervisorOptions,
  startSupervisor,
  stoppingMessage,
} from './process/supervisor.ts'
export { findUser, type User } from './process/user.ts'
