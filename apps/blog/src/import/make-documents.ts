import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AssetInfo, type Problem, recallCode } from '../markdown/index.ts'
import { wordsOf } from '../search/searchable.ts'
import type { FileTask } from './compare.ts'
import type { DocumentsResult, FileResult, Job, MadeFile, StagedPost } from './jobs.ts'
import type { Made } from './made.ts'
import { makePage, makePost } from './make-post.ts'
import { makeProjects } from './make-projects.ts'
import { problemOf } from './problems.ts'
import { decodeText, sha256, unreadable } from './read-source.ts'
import type { DocumentRow } from './render-page.ts'
import { kindOf } from './source-kind.ts'

const makers = {
  post: makePost,
  page: makePage,
  project: makeProjects,
  // Most imports have no settings to read, and what reads them takes as long to load as what reads Markdown.
  site: async (...file: Parameters<typeof makePost>): Promise<Made> =>
    (await import('./make-site.ts')).makeSite(...file),
}

/** Turns files into rows that are ready to be staged. */
export interface DocumentMaker {
  make(folder: string, tasks: FileTask[]): Promise<DocumentsResult>
  /** Has everything loaded, and its code highlighted, that a file needs. */
  warmUp(job: Job & { kind: 'warm' }): Promise<undefined>
}

export function createDocumentMaker(assets: ReadonlyMap<string, AssetInfo>): DocumentMaker {
  /** Words this worker has handed over. */
  const known = new Set<string>()
  return { make, warmUp }

  async function make(folder: string, tasks: FileTask[]): Promise<DocumentsResult> {
    const files: DocumentsResult['files'] = []
    const originals: DocumentsResult['originals'] = []
    const documents: DocumentRow[] = []
    const posts: StagedPost[] = []
    const words: string[] = []
    for (const task of tasks) {
      const { result, made, bytes } = await makeFile(join(folder, task.path), task)
      if (bytes && result.outcome !== 'same') originals.push({ hash: result.hash, bytes })
      files.push({ path: task.path, ...result })
      if (!made?.file) continue
      documents.push(...made.documents)
      if (made.post) posts.push(made.post)
      if (!made.isSecret) words.push(...made.documents.flatMap(newWords))
    }
    const [documentRows, postRows, wordList] = [documents, posts, words].map((rows) => JSON.stringify(rows))
    return { files, originals, documents: documentRows!, posts: postRows!, words: wordList! }
  }

  async function warmUp({ folder, path, shown }: Job & { kind: 'warm' }): Promise<undefined> {
    if (shown !== undefined) recallCode(shown)
    const kind = kindOf(path)
    if (kind !== 'post' && kind !== 'page') return
    const read = await readText(join(folder, path))
    if ('text' in read) await makeSafely({ kind, path }, read.text)
  }

  async function makeFile(file: string, task: FileTask): Promise<TriedFile> {
    const read = await readText(file)
    const { bytes, hash } = read
    if ('problem' in read) return { result: { outcome: 'bad', hash, problems: [read.problem] }, bytes }
    if (hash === task.knownHash) return { result: { outcome: 'same' }, bytes }
    const made = await makeSafely(task, read.text)
    if (!made.file) return { result: { outcome: 'bad', hash, problems: made.problems }, bytes }
    return { result: { outcome: 'good', hash, problems: made.problems, made: made.file }, made, bytes }
  }

  /** Whatever one file does to the renderer, the others are imported. */
  async function makeSafely({ kind, path }: Pick<FileTask, 'kind' | 'path'>, text: string): Promise<Made> {
    try {
      return await makers[kind as keyof typeof makers](path, text, assets)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { problems: [problemOf('render_failed', 1, `cannot be rendered: ${reason}`)] }
    }
  }

  function newWords(document: DocumentRow): string[] {
    const fresh = [...wordsOf(document)].filter((word) => !known.has(word))
    for (const word of fresh) known.add(word)
    return fresh
  }
}

interface TriedFile {
  result: FileResult<MadeFile>
  made?: Made
  /** Absent for a file that cannot be read. */
  bytes: Uint8Array | undefined
}

type ReadFile = { hash: string; bytes: Uint8Array | undefined } & ({ text: string } | { problem: Problem })

async function readText(file: string): Promise<ReadFile> {
  try {
    const bytes = await readFile(file)
    return { hash: sha256(bytes), bytes, ...decodeText(bytes) }
  } catch (error) {
    return { hash: '', bytes: undefined, problem: unreadable(error) }
  }
}
