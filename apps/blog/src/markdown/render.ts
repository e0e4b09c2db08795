import { markAlerts } from './alerts.ts'
import type { AssetFinder } from './assets.ts'
import { reportBareSpaces } from './bare-spaces.ts'
import { drawCode } from './code-blocks.ts'
import { markDirections } from './directions.ts'
import { replaceShortCodes } from './emoji.ts'
import { excerptOf } from './excerpt.ts'
import { nameFootnotes } from './footnotes.ts'
import { anchorHeadings, demoteHeadings, dropEmptyHeadings, dropRepeatedTitle, type Heading } from './headings.ts'
import { prefixIds } from './ids.ts'
import { showImages } from './images.ts'
import { type Link, resolveLinks } from './links.ts'
import { renderMath } from './math.ts'
import { parseMarkdown } from './parse.ts'
import { oneLine, plainText } from './plain-text.ts'
import { type Problem, problemAt, type Report } from './problem.ts'
import { measureReading } from './reading-time.ts'
import { sanitise } from './sanitise.ts'
import { frameTables } from './tables.ts'
import { labelTasks } from './task-lists.ts'
import { toHtml } from './to-html.ts'
import { type Element, element } from './tree.ts'

export interface RenderOptions extends AssetFinder {
  /** Of the page around the body. */
  title: string
  /** Line of the body's first line within the file, for problems. */
  firstLine?: number
}

export interface Rendered {
  html: string
  /** Of the body; the title is not among them. */
  headings: Heading[]
  /** Every id in `html`. */
  ids: string[]
  excerptHtml: string
  /** The same in one line, for `<meta>`, cards and search engines. */
  excerptText: string
  /** For search: no markup, no ids. */
  text: string
  words: number
  readingMinutes: number
  /** References to assets, found or not. */
  assets: string[]
  /** Name of the first image shown that is an asset. */
  firstImage: string | null
  /** As written, without those that lead to assets. */
  links: Link[]
  problems: Problem[]
}

/** Renders the body of a post or a page. */
export async function renderMarkdown(source: string, options: RenderOptions): Promise<Rendered> {
  const { article, ...found } = await renderArticle(source, options)
  const { text, prose } = plainText(article)
  const excerpt = excerptOf(article)
  return {
    html: toHtml(article.children),
    excerptHtml: toHtml(excerpt.children),
    excerptText: oneLine(plainText(excerpt).text),
    text,
    ...measureReading(prose),
    ...found,
  }
}

export type ArticleOptions = Omit<RenderOptions, 'title'> & { title?: string }

/** The steps from Markdown to a finished tree, and what was found on the way. */
export async function renderArticle(source: string, options: ArticleOptions) {
  const { title, findAsset, nearestAsset, firstLine = 1 } = options
  const problems: Problem[] = []
  const report: Report = (code, line, message) => problems.push(problemAt(code, line, message))
  const article = parse(source, firstLine, report)

  if (title) dropRepeatedTitle(article, title)
  dropEmptyHeadings(article)
  const ids = prefixIds(article)
  nameFootnotes(article)
  markAlerts(article)
  labelTasks(article)
  reportBareSpaces(article, report)
  await renderMath(article, report)
  await replaceShortCodes(article)

  const assets = new Set<string>()
  const findAndNote = (reference: string) => {
    assets.add(reference)
    return findAsset(reference)
  }
  const finding = { findAsset: findAndNote, nearestAsset, report }
  const links = resolveLinks(article, finding)
  const firstImage = showImages(article, finding)
  demoteHeadings(article)
  const headings = anchorHeadings(article, ids)
  markDirections(article)
  frameTables(article)
  await drawCode(article, report)

  problems.sort((a, b) => a.line - b.line)
  return { article, headings, ids: ids.all(), assets: [...assets], firstImage, links, problems }
}

function parse(source: string, firstLine: number, report: Report): Element {
  const parsed = parseMarkdown(source)
  const linesBefore = firstLine - 1
  if (parsed.kind === 'tree') return sanitise(parsed.tree, { report, linesBefore })
  report('too_deep', parsed.line + linesBefore, 'quotes, lists or elements are nested too deeply')
  return element('article', {}, [])
}
