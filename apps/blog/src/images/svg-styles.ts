import { type Declarations, isSafeCss, parseDeclarations, withoutLoading } from './svg-css.ts'
import { descendants, type SvgElement } from './svg-tree.ts'
import { presentation, styleOnly } from './svg-vocabulary.ts'

/** A rule for elements of one name, id or class, or any combination of these. */
interface Rule {
  name: string
  id: string
  classes: string[]
  declarations: Declarations
}

/** Beyond this many comparisons of elements and rules, the sheet stays a sheet. */
const mostComparisons = 5_000_000

/**
 * Turns the styles of a drawing into attributes as far as it goes. A page may not allow styles that stand in the
 * file itself, and such a drawing would be black when it is opened by its address.
 */
export function spreadStyles(root: SvgElement): void {
  const sheet = takeSheet(root)
  const elements = [...descendants(root)]
  const { rules, rest } = parseSheet(sheet, mostComparisons / elements.length)
  rules.sort((a, b) => weightOf(a) - weightOf(b))
  for (const element of elements) spread(element, rules)
  if (rest.trim() !== '') root.children.unshift({ name: 'style', attributes: new Map(), children: [rest.trim()] })
}

function spread({ name, attributes }: SvgElement, rules: Rule[]) {
  const id = attributes.get('id') ?? ''
  const classes = attributes.get('class')?.split(/\s+/) ?? []
  const own = parseDeclarations(attributes.get('style') ?? '')
  const left: string[] = []
  const matching = rules.filter((rule) => matches(rule, name, id, classes)).map(({ declarations }) => declarations)
  for (const [property, value] of new Map([...matching, own].flatMap((declarations) => [...declarations]))) {
    if (presentation.has(property)) attributes.set(property, value)
    else if (styleOnly.has(property)) left.push(`${property}:${value}`)
  }
  if (left.length > 0) attributes.set('style', left.join(';'))
  else attributes.delete('style')
}

function matches(rule: Rule, name: string, id: string, classes: string[]): boolean {
  if (rule.name && rule.name !== name) return false
  if (rule.id && rule.id !== id) return false
  return rule.classes.every((wanted) => classes.includes(wanted))
}

/** As CSS counts it. Sorting is stable: among equals the later one wins. */
function weightOf({ name, id, classes }: Rule): number {
  return (id ? 10_000 : 0) + classes.length * 10 + (name ? 1 : 0)
}

function takeSheet(root: SvgElement): string {
  const sheets: string[] = []
  for (const element of descendants(root)) {
    element.children = element.children.filter((child) => {
      if (typeof child === 'string' || child.name !== 'style') return true
      const sheet = withoutLoading(child.children.filter((text) => typeof text === 'string').join(''))
      if (isSafeCss(sheet)) sheets.push(sheet)
      return false
    })
  }
  return sheets.join('\n')
}

/** Sheets with at-rules (animations, other sizes) stay as they are, as do rules with selectors of more than one part. */
function parseSheet(sheet: string, mostRules: number): { rules: Rule[]; rest: string } {
  if (sheet.includes('@')) return { rules: [], rest: sheet }
  const rules: Rule[] = []
  let rest = ''
  for (const [written, selectors = '', body = ''] of sheet.matchAll(/([^{}]*)\{([^{}]*)\}/g)) {
    const parsed = selectors.split(',').map((selector) => parseSelector(selector.trim()))
    const declarations = parseDeclarations(body)
    if (parsed.includes(undefined) || [...declarations.keys()].some((property) => styleOnly.has(property)))
      rest += written
    else for (const selector of parsed) rules.push({ ...selector!, declarations })
  }
  return rules.length > mostRules ? { rules: [], rest: sheet } : { rules, rest }
}

function parseSelector(selector: string): Omit<Rule, 'declarations'> | undefined {
  const [all, name = ''] = selector.match(/^(\*|[a-zA-Z][\w-]*)?(?:[.#][\w-]+)*$/) ?? []
  if (!all) return undefined
  const ids = all.match(/#[\w-]+/g) ?? []
  const classes = all.match(/\.[\w-]+/g) ?? []
  if (ids.length > 1) return undefined
  return { name: name === '*' ? '' : name, id: ids[0]?.slice(1) ?? '', classes: classes.map((name) => name.slice(1)) }
}
