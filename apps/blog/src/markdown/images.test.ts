import { describe, expect, it } from 'vitest'
import { render, renderHtml } from './testing/render.ts'

describe('images', () => {
  it('lead to themselves in full, in several sizes, with a placeholder in classes', async () => {
    expect(await renderHtml('![A cat](../assets/cats/tom.png)')).toBe(
      '<p><a class="image-link" href="/assets/1111111111111111/tom.webp" title="View full size" target="_blank" rel="noopener">' +
        '<img src="/assets/1111111111111111/tom.webp" srcset="/assets/0000000000000480/tom.webp 480w, ' +
        '/assets/0000000000000960/tom.webp 960w, /assets/1111111111111111/tom.webp 1600w" ' +
        'sizes="(max-width: 768px) 100vw, 768px" alt="A cat" class="lqip a0-3 a1-a a2-5 a3-f a4-1" width="1600" ' +
        'height="1200" fetchpriority="high" decoding="async"></a></p>',
    )
  })

  it('are found by any address that leads into assets', async () => {
    for (const address of [
      '../assets/tom.png',
      '/assets/images/tom.webp',
      'assets/tom.jpg',
      '../../assets/tom.webp?v=1#x',
    ]) {
      const { html, firstImage } = await render(`![x](${address})`)
      expect(html, address).toContain('src="/assets/1111111111111111/tom.webp"')
      expect(firstImage).toBe('tom.webp')
    }
  })

  it('are asked for by what was written, decoded', async () => {
    const { assets } = await render('![x](<../assets/mé n.png>) ![y](../assets/%E6%97%A5.png) ![z](../assets/100%.png)')
    expect(assets).toEqual(['../assets/mé n.png', '../assets/日.png', '../assets/100%.png'])
  })

  it('wait until they are near, except for the first', async () => {
    const html = await renderHtml(
      '![a](../assets/tom.png)\n\n![b](../assets/tom.png)\n\n![c](https://example.com/x.png)',
    )
    expect(html.match(/fetchpriority|loading="lazy"/g)).toEqual(['fetchpriority', 'loading="lazy"', 'loading="lazy"'])
  })

  it('all wait in an excerpt', async () => {
    const { excerptHtml } = await render('![a](../assets/tom.png)')
    expect(excerptHtml).toContain('loading="lazy"')
    expect(excerptHtml).not.toContain('fetchpriority')
  })

  it('stay as they are when the asset is missing, with a warning', async () => {
    const { html, problems, assets, firstImage } = await render('one\n![x](../assets/nope.png)')
    expect(html).toBe('<p>one\n<img src="../assets/nope.png" alt="x" fetchpriority="high" decoding="async"></p>')
    expect(problems).toEqual([
      { line: 2, severity: 'warning', code: 'missing_asset', message: '../assets/nope.png is not among the assets' },
    ])
    expect({ assets, firstImage }).toEqual({ assets: ['../assets/nope.png'], firstImage: null })
  })

  it('whose address has a bare space stay text, with a warning', async () => {
    const { problems } = await render(
      [
        'one',
        'two ![x](../assets/my tom.png) **![y](my photo.jpg "Title")**',
        '',
        '- [paper](../assets/my paper.pdf)',
      ].join('\n'),
      { firstLine: 5 },
    )
    expect(problems.map(({ line, code, message }) => [line, code, message.slice(0, 13)])).toEqual([
      [6, 'bare_space', '![x](../asset'],
      [6, 'bare_space', '![y](my photo'],
      [8, 'bare_space', '[paper](../as'],
    ])
  })

  it('are not missed where an address with a space is code, has its brackets, or is no address', async () => {
    const source = '`![x](a b.png)` ![x](<../assets/cats/tom.png>) [sic](as it was) \n\n```\n![x](a b.png)\n```'
    expect((await render(source)).problems).toEqual([])
  })

  it('from elsewhere are linked and left alone, whatever their path', async () => {
    const { html, assets, problems } = await render('![x](https://example.com/assets/tom.png)')
    expect(html).toContain('href="https://example.com/assets/tom.png" title="View full size"')
    expect({ assets, problems }).toEqual({ assets: [], problems: [] })
  })

  it('without an address do not stop anything', async () => {
    expect(await renderHtml('<img> <img src=""> <img src>')).toContain('<img')
    expect(await renderHtml('![x]()')).toContain('alt="x"')
  })

  it('need a text, unless they are hidden from those who would hear it', async () => {
    const codes = async (source: string) => (await render(source)).problems.map(({ code }) => code)
    expect(await codes('![](../assets/tom.png)')).toEqual(['missing_alt'])
    expect(await codes('<img src="../assets/tom.png">')).toEqual(['missing_alt'])
    expect(await codes('<img src="../assets/tom.png" alt="" aria-hidden="true">')).toEqual([])
  })

  it('keep to the link they are in', async () => {
    const html = await renderHtml('[![a](../assets/tom.png)](/b)')
    expect(html.match(/<a /g)).toHaveLength(1)
    expect(html).toContain('<a href="/b"><img')
  })

  it('become a figure when they are alone and have a title', async () => {
    expect(await renderHtml('![a](../assets/tom.png "The *caption* & more")')).toMatch(
      /^<figure><a .*<img (?!.*title=).*><\/a><figcaption>The \*caption\* &amp; more<\/figcaption><\/figure>$/,
    )
    expect(await renderHtml('text ![a](../assets/tom.png "Title")')).toMatch(/^<p>text <a.*<img .*title="Title"/)
    expect(await renderHtml('[![a](../assets/tom.png "Caption")](/b)')).toMatch(/^<figure><a href="\/b">/)
  })

  it('keep the size they were given, in proportion', async () => {
    expect(await renderHtml('<img src="../assets/tom.png" alt="x" width="400">')).toContain('width="400" height="300"')
    expect(await renderHtml('<img src="../assets/tom.png" alt="x" height="300">')).toContain('height="300" width="400"')
  })

  it('of other kinds have no sizes to choose from', async () => {
    const html = await renderHtml('![a](../assets/icon.svg) ![b](../assets/spin.gif)')
    expect(html).not.toContain('srcset')
    expect(html).toContain('src="/assets/2222222222222222/icon.svg" alt="a" width="64" height="64"')
    expect(html).toContain('alt="b" width="320" height="200"')
  })

  it('that move or sound get a player', async () => {
    expect(await renderHtml('![A film](../assets/demo.mp4)')).toBe(
      '<p><video src="/assets/3333333333333333/demo.mp4" controls="" preload="metadata" aria-label="A film">' +
        '<a href="/assets/3333333333333333/demo.mp4">A film</a></video></p>',
    )
    expect(await renderHtml('![A song](../assets/song.mp3)')).toMatch(/<audio [^>]*preload="none"/)
    expect(await renderHtml('<video src="../assets/demo.mp4" controls></video>')).toContain(
      'src="/assets/3333333333333333/demo.mp4"',
    )
  })
})

describe('links', () => {
  it('to assets lead to the asset', async () => {
    const { html, links, assets } = await render('[paper](../assets/paper.pdf#page=2) [image](/assets/images/tom.webp)')
    expect(html).toContain('href="/assets/3333333333333333/paper.pdf#page=2"')
    expect(html).toContain('href="/assets/1111111111111111/tom.webp"')
    expect({ links, assets }).toEqual({ links: [], assets: ['../assets/paper.pdf', '/assets/images/tom.webp'] })
  })

  it('to a missing asset stay as they are, with a warning', async () => {
    const { html, problems } = await render('a\n\n[b](../assets/nope.pdf)')
    expect(html).toContain('href="../assets/nope.pdf"')
    expect(problems).toMatchObject([{ code: 'missing_asset', line: 3 }])
  })

  it('are listed with their lines, without those that we made', async () => {
    const { links } = await render(
      '# A\n\n[b](/c "d") <https://e.example>\nf@g.example[^1]\n\n![x](../assets/tom.png)\n\n[^1]: [h][i]\n\n[i]: /j',
      {
        firstLine: 11,
      },
    )
    expect(links).toEqual([
      { href: '/c', line: 13 },
      { href: 'https://e.example', line: 13 },
      { href: 'mailto:f@g.example', line: 14 },
      { href: '/j', line: 18 },
    ])
  })

  it('out give nothing away, and only theirs', async () => {
    const html = await renderHtml(
      '[a](https://x.example) [b](//y.example) [c](/z) <a href="/d" target="_top" rel="me opener">d</a>',
    )
    expect(html).toBe(
      '<p><a href="https://x.example" rel="noopener">a</a> <a href="//y.example" rel="noopener">b</a> ' +
        '<a href="/z">c</a> <a href="/d" rel="me">d</a></p>',
    )
  })
})
