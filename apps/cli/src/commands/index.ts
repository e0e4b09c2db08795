import type { AtollCommand } from '../command.ts'
import { check } from './check.ts'
import { dev } from './dev.ts'
import { importCommand } from './import.ts'
import { newPostCommand } from './new.ts'
import { preview } from './preview.ts'
import { start } from './start.ts'

export const commands: AtollCommand[] = [start, dev, importCommand, check, newPostCommand, preview]
