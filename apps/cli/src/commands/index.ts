import type { AtollCommand } from '../command.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { dev } from './dev.ts'
import { doctor } from './doctor.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { newPostCommand } from './new.ts'
import { preview } from './preview.ts'
import { publish } from './publish.ts'
import { restore } from './restore.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { token } from './token.ts'

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
  status,
  doctor,
]
