import type { Problem } from '../markdown/index.ts'
import type { Catalogue } from './catalogue.ts'
import { type Claimant, settleClaims } from './claims.ts'
import type { MadeProject, MadeProjects } from './jobs.ts'
import { problemOf } from './problems.ts'

interface ProjectFileMade {
  path: string
  made: MadeProjects
}

export interface SettledProjects {
  accepted: (MadeProject & { source: string; position: number })[]
  /** Of all projects there will be. */
  positions: { name: string; position: number }[]
  gone: string[]
  /** Keys of documents that were made for entries which are refused. */
  unused: string[]
  problems: Map<string, Problem[]>
}

/** Decides which projects there will be. An entry that cannot be used leaves what it made before in place. */
export function settleProjects(
  files: ProjectFileMade[],
  { projects: published }: Catalogue,
  deleted: ReadonlySet<string>,
): SettledProjects {
  const readAgain = new Map(files.map(({ path, made }) => [path, made]))
  const keeps = ({ name, source }: { name: string; source: string }) => {
    const made = readAgain.get(source)
    return !deleted.has(source) && (!made?.isComplete || made.wrong.includes(name))
  }
  const entries = files.flatMap(({ path, made }) => made.projects.map((project) => ({ ...project, source: path })))
  const problems = refuseTaken(entries, published.filter(keeps), published)
  const refused = (source: string, name: string) => problems.get(source)?.has(name)

  const accepted = entries.filter(({ source, name }) => !refused(source, name))
  const unused = entries.filter(({ source, name }) => refused(source, name)).map((entry) => entry.document_key)
  const names = new Set(accepted.map(({ name }) => name))
  const stays = (project: { name: string; source: string }) => keeps(project) || refused(project.source, project.name)
  const kept = published.filter((project) => stays(project) && !names.has(project.name))
  const positions = inReadingOrder([...accepted, ...kept])
  return {
    accepted: accepted.map((project) => ({ ...project, position: positions.get(project.name)! })),
    positions: [...positions].map(([name, position]) => ({ name, position })),
    unused,
    gone: published.filter((project) => !stays(project) && !names.has(project.name)).map(({ name }) => name),
    problems: new Map([...problems].map(([path, byName]) => [path, [...byName.values()]])),
  }
}

type Entry = MadeProject & { source: string }

function refuseTaken(
  entries: Entry[],
  standing: { name: string; source: string }[],
  published: readonly { name: string; source: string }[],
): Map<string, Map<string, Problem>> {
  const idOf = ({ source, name }: { source: string; name: string }) => `${source}\n${name}`
  const old = new Set(published.map(idOf))
  const byId = new Map(entries.map((entry) => [idOf(entry), entry]))
  const claimants: Claimant[] = entries.map((entry) => ({
    source: idOf(entry),
    published: old.has(idOf(entry)) ? [entry.name] : [],
    claims: [
      {
        key: entry.name,
        conflict: (holder) => ({
          line: entry.line,
          code: 'duplicate_project',
          message: `the project "${entry.name}" is in ${holder.split('\n')[0]} too`,
        }),
      },
    ],
  }))
  // A project that keeps its place only because its file is incomplete gives way to the same entry of that file.
  const taken = standing.filter((project) => !byId.has(idOf(project)))
  const { refused } = settleClaims(claimants, new Map(taken.map((project) => [project.name, idOf(project)])))

  const problems = new Map<string, Map<string, Problem>>()
  for (const [id, { code, line, message }] of refused) {
    const { source, name } = byId.get(id)!
    const ofFile = problems.get(source) ?? new Map<string, Problem>()
    problems.set(source, ofFile.set(name, problemOf(code, line, message)))
  }
  return problems
}

/** By file, and within it as it was given. */
function inReadingOrder(projects: { name: string; source: string }[]): Map<string, number> {
  const ordered = projects.toSorted((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : 0))
  return new Map(ordered.map(({ name }, position) => [name, position]))
}
