import { defaultSite, type Site, type SiteIcon } from '../site.ts'
import { assetUrl } from './asset-names.ts'
import type { AssetRow } from './jobs.ts'
import { iconPattern } from './source-kind.ts'

/** The site's settings with what stands beside `site.yaml`. */
export function settleSite(settings: Site | undefined, assets: readonly AssetRow[]): Site {
  const { customCss: _, ...site } = settings ?? defaultSite
  const beside = assets.filter(({ name }) => name.startsWith('/'))
  const css = beside.find(({ name }) => name === '/custom.css')
  return {
    ...site,
    ...(css && { customCss: assetUrl(css.hash, css.name) }),
    icons: beside.filter(({ name }) => name !== '/custom.css').map(toIcon),
  }
}

function toIcon({ name, hash, content_type }: AssetRow): SiteIcon {
  const [, pixels] = iconPattern.exec(name.slice(1)) ?? []
  const sizes = name.endsWith('.svg') ? 'any' : pixels && `${pixels}x${pixels}`
  return {
    rel: name.startsWith('/apple-touch-icon') ? 'apple-touch-icon' : 'icon',
    href: assetUrl(hash, name),
    type: content_type,
    ...(sizes && { sizes }),
  }
}
