import type { AssetFinder } from './assets.ts'
import { fitForList } from './excerpt.ts'
import type { Link } from './links.ts'
import { oneLine, plainText } from './plain-text.ts'
import type { Problem } from './problem.ts'
import { renderArticle } from './render.ts'
import { toHtml } from './to-html.ts'

export interface DescriptionOptions extends Partial<AssetFinder> {
  /** Line of the description within the file, for problems. */
  firstLine?: number
}

export interface RenderedDescription {
  html: string
  /** One line, for `<meta>` and cards. */
  text: string
  assets: string[]
  links: Link[]
  problems: Problem[]
}

/** Renders what front matter says of a post: Markdown like the body, shown in lists and feeds. */
export async function renderDescription(
  source: string,
  { findAsset = () => undefined, ...options }: DescriptionOptions = {},
): Promise<RenderedDescription> {
  const { article, assets, links, problems } = await renderArticle(source, { findAsset, ...options })
  const fitting = fitForList(article.children)
  return {
    html: toHtml(fitting.children).trim(),
    text: oneLine(plainText(fitting).text),
    assets,
    links,
    problems,
  }
}
