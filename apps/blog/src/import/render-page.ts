import { type AssetInfo, type Problem, type Rendered, renderDescription, renderMarkdown } from '../markdown/index.ts'
import { rendererVersion } from '../markdown/renderer-version.ts'
import { type Searchable, searchable } from '../search/searchable.ts'
import { lookUpAssets } from './asset-lookup.ts'
import { plainDescription, toPlainText } from './description.ts'
import type { CheckedLinks } from './jobs.ts'
import { sha256 } from './read-source.ts'

/** A row of `documents`. */
export interface DocumentRow extends Searchable {
  key: string
  kind: 'post' | 'page' | 'project'
  description: string
  summary_html: string
  html: string
  headings: string
}

export interface PageSource {
  kind: 'post' | 'page'
  title: string
  /** Markdown. */
  description: string
  tags: string[]
  body: string
  bodyLine: number
  descriptionLine: number
}

export interface RenderedPage {
  document: DocumentRow
  rendered: Rendered
  dependsOn: Record<string, string>
  links: CheckedLinks
  problems: Problem[]
}

/** Indexing a million letters takes the writer a tenth of a second; nobody is to wait longer behind one document. */
const searchableLength = 1_000_000

/** Renders a post or a page, and its description, into the row that readers get it from. */
export async function renderPage(source: PageSource, assets: ReadonlyMap<string, AssetInfo>): Promise<RenderedPage> {
  const { kind, title, description, tags, body, bodyLine, descriptionLine } = source
  const lookup = lookUpAssets(assets)
  const finder = { findAsset: lookup.find, nearestAsset: lookup.nearest }
  const rendered = await renderMarkdown(body, { ...finder, title, firstLine: bodyLine })
  const summary = description
    ? await renderDescription(description, { ...finder, firstLine: descriptionLine })
    : undefined
  const summaryHtml = summary?.html ?? rendered.excerptHtml
  const plain = plainDescription(summary?.text ?? toPlainText(rendered.excerptHtml))
  const { dependsOn } = lookup
  return {
    document: {
      key: keyOf(source, dependsOn),
      kind,
      description: plain,
      summary_html: summaryHtml,
      html: rendered.html,
      headings: JSON.stringify(rendered.headings),
      ...searchable({ kind, title, tags, description: plain, text: rendered.text.slice(0, searchableLength) }),
    },
    rendered,
    dependsOn,
    links: { links: [...rendered.links, ...(summary?.links ?? [])], ids: rendered.ids },
    problems: [...(summary?.problems ?? []), ...rendered.problems],
  }
}

/** Everything that decides what a document is like. */
function keyOf({ kind, title, description, tags, body }: PageSource, dependsOn: Record<string, string>): string {
  const assets = Object.entries(dependsOn).sort(([a], [b]) => (a < b ? -1 : 1))
  return sha256(JSON.stringify([rendererVersion, kind, title, description, tags, body, assets]))
}
