import { type AssetInfo, renderMarkdown } from '../markdown/index.ts'
import { parseSite } from '../site-parse.ts'
import { lookUpAssets } from './asset-lookup.ts'
import type { Made } from './made.ts'

export async function makeSite(path: string, text: string, assets: ReadonlyMap<string, AssetInfo>): Promise<Made> {
  const { site, problems, introductionLine } = parseSite(text, path)
  const isUnreadable = problems.some(({ code }) => code === 'bad_yaml')
  if (isUnreadable) return { problems }

  const lookup = lookUpAssets(assets)
  const introduction = await renderMarkdown(site.introduction, {
    title: site.title,
    findAsset: lookup.find,
    nearestAsset: lookup.nearest,
    firstLine: introductionLine,
  })
  return {
    problems: [...problems, ...introduction.problems],
    documents: [],
    file: {
      kind: 'site',
      site: { ...site, introductionHtml: introduction.html },
      dependsOn: lookup.dependsOn,
      links: { links: introduction.links, ids: [] },
    },
  }
}
