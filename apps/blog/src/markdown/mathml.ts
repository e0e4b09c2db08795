import type { Root } from 'hast'
import { htmlToHast } from 'satteri'
import { type AllowedHtml, sanitise } from './sanitise.ts'
import type { Node } from './tree.ts'

/**
 * No page may hold a style attribute. Of those that the library writes, colours become attributes of MathML, and what
 * the eye needs of the rest becomes these classes; the other ones are paddings a browser has by itself.
 */
export const mathClasses = {
  'math-block': 'the box of a formula on a line of its own',
  'math-boxed': 'has a border: \\boxed, \\fbox',
  'math-rule-top': 'has a border above: \\hline',
  'math-rule-bottom': 'has a border below: \\hline',
  'math-rule-left': 'has a border to the left: | in an array',
  'math-rule-right': 'has a border to the right: | in an array',
  'math-tight-left': 'a cell without padding to the left',
  'math-tight-right': 'a cell without padding to the right',
  'math-half': 'takes half of what is left of the line: beside a numbered equation',
  'tml-left': 'a cell that is aligned to the left',
  'tml-right': 'a cell that is aligned to the right',
  'tml-jot': 'a table of equations: more space between its lines',
  'tml-overline': 'has a line above',
  'tml-underline': 'has a line below',
  'tml-cancel': 'is crossed out; with upstrike, downstrike or sout',
} as const

/** What a page can hold of the MathML that Temml writes. */
export function readMathml(mathml: string): Node[] {
  const tree = htmlToHast(mathml, { fragment: true }) as Root
  replaceStyles(tree)
  return sanitise(tree, { report: () => {}, linesBefore: 0, allowed: allowedMath }).children
}

function replaceStyles(tree: Root): void {
  const pending = [...tree.children]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type !== 'element') continue
    const { style, className, ...properties } = node.properties
    node.properties = properties
    const classes = [...classNames(className), ...(typeof style === 'string' ? classesOfStyle(style) : [])]
    if (classes.length > 0) node.properties.className = classes
    const colour = typeof style === 'string' && /(?:^|;)color:\s*(#[0-9a-f]{3,8})/i.exec(style)?.[1]
    if (colour) node.properties.mathcolor = colour
    pending.push(...node.children)
  }
}

function classNames(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function classesOfStyle(style: string): string[] {
  const classes: string[] = []
  if (/(?:^|;)border:/.test(style)) classes.push('math-boxed')
  for (const [, side] of style.matchAll(/border-(top|bottom|left|right):/g)) classes.push(`math-rule-${side}`)
  for (const [, side] of style.matchAll(/padding-(left|right):0(?:em|pt|px)?(?:;|$)/g))
    classes.push(`math-tight-${side}`)
  if (style.includes('width:50%')) classes.push('math-half')
  return classes
}

const allowedMath: AllowedHtml = {
  elements: {
    math: ['display'],
    menclose: ['notation'],
    merror: [],
    mfrac: ['linethickness'],
    mi: [],
    mmultiscripts: [],
    mn: [],
    mo: [
      'accent',
      'fence',
      'form',
      'largeop',
      'lspace',
      'maxsize',
      'minsize',
      'movablelimits',
      'rspace',
      'separator',
      'stretchy',
      'symmetric',
    ],
    mover: ['accent'],
    mpadded: ['width', 'height', 'depth', 'lspace', 'voffset'],
    mphantom: [],
    mprescripts: [],
    mroot: [],
    mrow: [],
    ms: [],
    mspace: ['width', 'height', 'depth', 'linebreak'],
    msqrt: [],
    mstyle: [],
    msub: [],
    msubsup: [],
    msup: [],
    mtable: ['columnalign', 'rowspacing', 'columnspacing', 'columnlines', 'rowlines', 'width'],
    mtd: ['columnspan', 'rowspan', 'columnalign'],
    mtext: [],
    mtr: [],
    munder: ['accentunder'],
    munderover: ['accent', 'accentunder'],
  },
  everywhere: ['class', 'dir', 'displaystyle', 'mathbackground', 'mathcolor', 'mathsize', 'mathvariant', 'scriptlevel'],
  removed: [],
  addresses: {},
}
