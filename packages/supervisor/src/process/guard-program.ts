import { fileURLToPath } from 'node:url'

/** The guard's process: what `SupervisorOptions.guard` starts. */
export const guardProgram = fileURLToPath(new URL('./guard-process.ts', import.meta.url))
