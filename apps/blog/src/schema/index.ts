import type { RepoSchema } from '@atoll/repo'
import { migrations } from './migrations.ts'

export const schema: RepoSchema = { migrations, operations: [] }
