import { openBlog } from '../../open.ts'
import { importContent } from '../import-content.ts'

/** Imports a folder, and is killed at the moment it asks for an operation. */
const [file, folder, operationName] = process.argv.slice(2) as [string, string, string]
const repo = await openBlog({ file })
const deadly: typeof repo = {
  ...repo,
  reader: repo.reader,
  run(operation, input) {
    if (operation.name === operationName) process.kill(process.pid, 'SIGKILL')
    return repo.run(operation, input)
  },
}
await importContent({ repo: deadly, folder, workers: 1 })
