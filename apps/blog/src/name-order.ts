import { defaultSite } from './site.ts'
import { statement } from './statement.ts'

/** Which is first for people who read this language: `tag 2` before `tag 10`, and ä where their dictionaries have it. */
export function compareNames(language: string): (a: string, b: string) => number {
  if (collator?.language !== language) {
    collator = { language, compare: new Intl.Collator(language, { numeric: true }).compare }
  }
  return collator.compare
}

/** A site has one language, and to make a collator takes longer than to order a list. */
let collator: { language: string; compare: (a: string, b: string) => number } | undefined

/** One row, whether the site has settings or not. Topic `site`. */
export const selectLanguage = statement<{ language: string }>(
  `select coalesce((select settings ->> 'language' from site), '${defaultSite.language}') as language`,
)
