import { describe, expect, it } from 'vitest'
import { render, renderHtml } from './testing/render.ts'

describe('formulas', () => {
  it('become MathML, in the line or on their own', async () => {
    expect(await renderHtml('a $x^2$ b')).toMatch(/^<p>a <math><msup>.*<\/msup><\/math> b<\/p>$/)
    for (const source of ['$$\nx\n$$', '```math\nx\n```', '$$x$$']) {
      expect(await renderHtml(source)).toBe(
        '<div class="math-block" tabindex="0" role="region" aria-label="Formula 1">' +
          '<math display="block" class="tml-display"><mi>x</mi></math></div>',
      )
    }
  })

  it('can be written GitHub’s way', async () => {
    expect(await renderHtml('$`a_1*b*c`$')).toContain('<msub>')
  })

  it.each([
    'it costs $5 or $6',
    'from $5 to $6, **not** $7',
    '$HOME and $PATH',
    'US$5 and US$6',
    'a $ b $ c',
    '$5',
    'costs 5$ or 6$.',
    '\\$5 and \\$6',
    '$a$b',
  ])('are not seen in %j', async (source) => {
    expect(await renderHtml(source)).not.toContain('<math')
  })

  it('are seen among amounts of money', async () => {
    const html = await renderHtml('It was $5, then $x$ was $6, and **$y$** too')
    expect(html).toMatch(
      /^<p>It was \$5, then <math>.*<\/math> was \$6, and <strong><math>.*<\/math><\/strong> too<\/p>$/,
    )
  })

  it('are found in each block by itself', async () => {
    const html = await renderHtml(`${'$5 '.repeat(30)}\n\n$x$\n\n- $5 and $y$\n\n| $5 | $z$ |\n|-|-|`)
    expect(html.match(/<math>/g)).toHaveLength(3)
  })

  it('give way to prices where there are too many of them', async () => {
    expect(await renderHtml('$5 '.repeat(200))).toBe(`<p>${'$5 '.repeat(200).trim()}</p>`)
  })

  it('keep the line numbers right after many dollars', async () => {
    const { links } = await render('$1 $2 $3 $4\n$5 $6 $7 $8\n\n[a](/b)')
    expect(links).toEqual([{ href: '/b', line: 4 }])
  })

  it('hold neither styles nor anything else that runs', async () => {
    for (const tex of [
      '\\color{red} x',
      '\\boxed{x}',
      '\\begin{array}{|c|c|}\\hline a & b\\\\ \\hline\\end{array}',
      '\\colorbox{yellow}{x}',
    ]) {
      expect(await renderHtml(`$$${tex}$$`), tex).not.toContain(' style=')
    }
    expect(await renderHtml('$\\color{red} x$')).toContain('mathcolor="#ff0000"')
    expect(await renderHtml('$$\\begin{array}{|c|}\\hline a\\\\ \\hline\\end{array}$$')).toContain('math-rule-top')
  })

  it('that are wrong stay as they were written, with a warning', async () => {
    const { html, problems } = await render('one\n\n$\\frac{1$ and $x$\n\n$$\n\\nope{}\n$$')
    expect(html).toContain('<code>\\frac{1</code>')
    expect(html).toContain('<math>')
    expect(html).toContain('\\nope{}')
    expect(problems.map(({ code, line }) => [code, line])).toEqual([
      ['bad_math', 3],
      ['bad_math', 5],
    ])
  })

  it('do not share what one of them defines', async () => {
    await renderHtml('$\\gdef\\mine{x} \\mine$')
    expect((await render('$\\mine$')).problems).toMatchObject([{ code: 'bad_math' }])
  })

  it('cannot keep us busy for ever', async () => {
    const { problems } = await render('$\\def\\a{\\a\\a}\\a$')
    expect(problems).toMatchObject([{ code: 'bad_math' }])
  })
})
