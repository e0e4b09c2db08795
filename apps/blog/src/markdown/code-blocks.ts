import { type CodeLine, type CodeOptions, readFirstLine, readLines } from './code-options.ts'
import { highlightLines } from './highlight.ts'
import { isPlain } from './languages.ts'
import type { Report } from './problem.ts'
import { escapeText } from './to-html.ts'
import { type Element, element, isElement, type Node, replace, text, textOf, visit } from './tree.ts'

/**
 * Draws the code blocks of a post:
 *
 *     <figure class="code" data-language="ts">
 *       <figcaption>server.ts</figcaption>
 *       <pre tabindex="0" role="region" aria-label="Code 1: server.ts">
 *         <code><span class="line highlighted" data-line="1">…</span> …</code>
 *
 * Numbers and marks stand in attributes, so what is selected and copied is code alone.
 */
export async function drawCode(article: Element, report: Report): Promise<void> {
  const blocks = findBlocks(article)
  const drawn = new Map<Element, Element>()
  for (const [index, block] of blocks.entries()) drawn.set(block.pre, await drawBlock(block, index + 1, report))
  replace(article, (found) => {
    const figure = drawn.get(found)
    return figure && [figure]
  })
}

interface Block {
  pre: Element
  options: CodeOptions
  code: string
}

function findBlocks(article: Element): Block[] {
  const blocks: Block[] = []
  visit(article, (pre) => {
    const [code, ...others] = pre.children
    if (pre.tag !== 'pre' || !isElement(code, 'code') || others.length > 0) return
    blocks.push({ pre, options: readFirstLine(languageOf(code), code.meta), code: textOf(code).replace(/\n$/, '') })
  })
  return blocks
}

function languageOf({ attributes }: Element): string {
  return /(?:^| )language-(\S+)/.exec(attributes.class ?? '')?.[1] ?? ''
}

async function drawBlock({ pre, options, code }: Block, number: number, report: Report): Promise<Element> {
  const { language, title } = options
  const lines = readLines(code, options)
  const plain = lines.map((line) => line.code).join('\n')
  const highlighted = isPlain(language) ? undefined : await highlightLines(plain, language)
  if (!highlighted && !isPlain(language)) report('unknown_language', pre.line, `no language is called "${language}"`)
  const html = lines.map((line, index) => drawLine(line, highlighted?.[index] ?? escapeText(line.code), index + 1))

  const label = title ?? language
  const region = { tabindex: '0', role: 'region', 'aria-label': label ? `Code ${number}: ${label}` : `Code ${number}` }
  const content = element('code', {}, [{ type: 'html', html: html.join('\n'), text: plain }], pre.line)
  const children: Node[] = [element('pre', region, [content], pre.line)]
  if (title) children.unshift(element('figcaption', { class: 'code-title' }, [text(title)], pre.line))
  return element('figure', { class: 'code', ...(language && { 'data-language': language }) }, children, pre.line)
}

function drawLine({ classes, sign }: CodeLine, html: string, number: number): string {
  const mark = sign ? ` data-mark="${sign}"` : ''
  return `<span class="${['line', ...classes].join(' ')}" data-line="${number}"${mark}>${html}</span>`
}
