import type { AtollCommand } from '../command.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { consoleCommand } from './console.ts'
import { dev } from './dev.ts'
import { doctor } from './doctor.ts'
import { exportCommand } from './export.ts'
import { handover } from './handover.ts'
import { importCommand } from './import.ts'
import { init } from './init.ts'
import { logs } from './logs.ts'
import { newPostCommand } from './new.ts'
import { preview } from './preview.ts'
import { promote } from './promote.ts'
import { publish } from './publish.ts'
import { remove } from './remove.ts'
import { restore } from './restore.ts'
import { salvage } from './salvage.ts'
import { serve } from './serve.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { token } from './token.ts'
import { verifyCommand } from './verify.ts'

export const commands: AtollCommand[] = [
  start,
  dev,
  importCommand,
  check,
  newPostCommand,
  preview,
  publish,
  token,
  exportCommand,
  backup,
  restore,
  handover,
  init,
  remove,
  promote,
  salvage,
  serve,
  status,
  doctor,
  verifyCommand,
  consoleCommand,
  logs,
]
