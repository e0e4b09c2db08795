import { access, constants } from 'node:fs/promises'
import { makeWithParents } from '@atoll/supervisor'
import { CommandError } from './errors.ts'

/** Makes the data folder, or says in one line why it cannot be used. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await makeWithParents(folder)
    await access(folder, constants.W_OK)
  } catch (error) {
    throw new CommandError(
      `ATOLL_DATA: cannot write to ${folder} (${(error as NodeJS.ErrnoException).code}); give this user permission, or name another folder`,
      { cause: error },
    )
  }
}
