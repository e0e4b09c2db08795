import { readMathml } from './mathml.ts'
import { displayMath } from './parse.ts'
import type { Report } from './problem.ts'
import { type Element, element, hasClass, isBlank, textOf, visit } from './tree.ts'

interface Formula {
  /** What the formula takes the place of. */
  holder: Element
  tex: string
  isBlock: boolean
}

/** Turns TeX into MathML, which browsers draw and screen readers speak without any script. */
export async function renderMath(article: Element, report: Report): Promise<void> {
  const formulas = findFormulas(article)
  if (formulas.length === 0) return
  const { default: temml } = await import('temml')
  let blocks = 0
  for (const { holder, tex, isBlock } of formulas) {
    try {
      const mathml = temml.renderToString(tex, { displayMode: isBlock, throwOnError: true, maxSize: [25, 500] })
      const math = readMathml(mathml)
      const isInline = holder.tag === 'code'
      become(holder, isInline ? (math[0] as Element) : element('div', boxAttributes(++blocks), math))
    } catch (error) {
      report('bad_math', holder.line, `the formula ${JSON.stringify(tex)}: ${firstLine(error)}`)
      visit(element('div', {}, [holder]), ({ attributes }) => delete attributes.class)
    }
  }
}

function findFormulas(article: Element): Formula[] {
  const formulas: Formula[] = []
  visit(article, (found, around) => {
    if (found.tag !== 'code' || !hasClass(found, 'language-math')) return
    const parent = around.at(-1)!
    const tex = unquote(textOf(found).trim())
    const isBlock = parent.tag === 'pre' || found.meta === displayMath
    const isAlone =
      parent.tag === 'pre' ||
      (parent.tag === 'p' && parent.children.every((child) => child === found || isBlank(child)))
    formulas.push({ holder: isBlock && isAlone ? parent : found, tex, isBlock })
  })
  return formulas
}

/** A long formula scrolls by itself, so it can be reached with a keyboard. */
function boxAttributes(number: number): Record<string, string> {
  return { class: 'math-block', tabindex: '0', role: 'region', 'aria-label': `Formula ${number}` }
}

/** GitHub's way to write a formula that holds Markdown's own signs: $`a_1 * b_1`$. */
function unquote(tex: string): string {
  return /^`.*`$/s.test(tex) ? tex.slice(1, -1).trim() : tex
}

function become(holder: Element, { tag, attributes, children }: Element): void {
  holder.tag = tag
  holder.attributes = attributes
  holder.children = children
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message
    .split('\n')[0]!
    .replace(/^ParseError:\s*/, '')
    .replace(/\s*:\s*$/, '')
    .trim()
}
