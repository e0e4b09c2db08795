import { alert } from '@mdit/plugin-alert'
import { footnote } from '@mdit/plugin-footnote'
import { katex } from '@mdit/plugin-katex'
import { tasklist } from '@mdit/plugin-tasklist'
import shiki from '@shikijs/markdown-it'
import markdownIt from 'markdown-it'
import anchor from 'markdown-it-anchor'

/** The same features as Atoll's renderer: GFM, footnotes, alerts, anchors, typographer, mathematics, Shiki. */
export default async function (config) {
  const markdown = markdownIt({ html: true, linkify: true, typographer: true })
  markdown.use(anchor).use(footnote).use(tasklist).use(alert).use(katex, { output: 'mathml' })
  markdown.use(await shiki({ langs: ['ts', 'bash', 'json'], themes: { light: 'github-light', dark: 'github-dark' } }))
  config.setLibrary('md', markdown)
  return { dir: { input: 'posts', includes: '../includes', output: '_site' }, markdownTemplateEngine: false }
}
