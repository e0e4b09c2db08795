import { existsSync } from 'node:fs'
import { ContentError } from '../errors.ts'
import type { Problem } from '../markdown/index.ts'
import { emptyBaseline } from './catalogue.ts'
import { goodFiles } from './good-file.ts'
import { findBrokenLinks } from './links.ts'
import { makeFiles, type Stage } from './make-files.ts'
import { planPublication } from './plan-publication.ts'
import { openPool } from './pool.ts'

/**
 * Reads a content folder as a first import would, without a database: every problem that it would report, and links
 * within the site that lead nowhere. In the order of the files' paths.
 */
export async function checkContent(folder: string): Promise<Problem[]> {
  if (!existsSync(folder)) throw new ContentError('missing_folder', `there is no folder ${folder}`)
  const pool = openPool()
  try {
    const comparison = await pool.run({ kind: 'scan', folder, sources: emptyBaseline.sources, outdated: [] })
    const catalogue = await emptyBaseline.readCatalogue()
    const largeFileBytes = 8 * 1024 * 1024
    const options = { folder, comparison, baseline: emptyBaseline, catalogue, pool, stage: nowhere, largeFileBytes }
    const files = await makeFiles(options)
    const { problems } = planPublication(files, comparison, catalogue)
    const broken = findBrokenLinks(goodFiles(files.documentResults))
    return [...problems]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([path, found]) => [...found, ...(broken.get(path) ?? [])].map((problem) => ({ ...problem, path })))
  } finally {
    await pool.close()
  }
}

const nowhere: Stage = { isUsed: false, blobs: async () => {}, originals: async () => {}, documents: async () => {} }
