import { describe, expect, it } from 'vitest'
import { processAsset } from './process-asset.ts'

describe('processAsset with drawings', () => {
  it('keeps a drawing as one, without a placeholder', async () => {
    const asset = await processAsset(Buffer.from(svg('<path d="M0 0L9 9"/>')), 'a.svg')
    expect(asset).toMatchObject({ kind: 'vector', contentType: 'image/svg+xml', width: 24, height: 12, lqip: null })
    expect(asset.files).toMatchObject([{ width: 24, height: 12, contentType: 'image/svg+xml' }])
  })

  it('keeps what draws: gradients, filters, symbols, text, pictures within', async () => {
    const inner = [
      '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>',
      '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>',
      '<symbol id="s"><circle r="3"/></symbol><use href="#s"/>',
      '<rect width="4" height="4" fill="url(#g)" filter="url(#f)"/>',
      '<text x="1" y="2">A &#38; <tspan>B</tspan></text>',
      '<image href="data:image/png;base64,iVBORw0KGgo="/>',
      '<rect><animate attributeName="fill" values="red;blue" dur="2s"/></rect>',
    ].join('')
    expect(await clean(svg(inner))).toBe(svg(inner))
  })

  it.each([
    ['scripts', '<script>alert(1)</script><script href="https://evil.example/x.js"/>', ''],
    ['handlers', '<g onclick="alert(1)" onload="alert(2)" ONLOAD="alert(3)"/>', '<g/>'],
    ['HTML', '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><b/></body></foreignObject>', ''],
    ['elements of other namespaces', '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>', ''],
    ['scripts under another prefix', '<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>', ''],
    ['links that run', '<a xlink:href="javascript:alert(1)"><path d="M0 0"/></a>', '<a><path d="M0 0"/></a>'],
    ['links that lead away', '<a href="https://evil.example/"><path d="M0 0"/></a>', '<a><path d="M0 0"/></a>'],
    ['parts of other files', '<use xlink:href="https://evil.example/x.svg#a"/><use href="x.svg#a"/>', '<use/><use/>'],
    ['pictures from elsewhere', '<image href="//evil.example/a.png"/><feImage href="/a.png"/>', '<image/><feImage/>'],
    ['drawings within data', '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', '<image/>'],
    ['pages within data', '<use href="data:text/html,&lt;script>alert(1)&lt;/script>"/>', '<use/>'],
    ['paint from elsewhere', '<g fill="url(https://evil.example/#a)" mask="URL( \'x.svg#m\' )"/>', '<g/>'],
    [
      'paint spelled otherwise',
      '<g fill="u\\72l(https://evil.example/)" style="fill:u\\72l(//evil.example)"/>',
      '<g/>',
    ],
    ['styles that load', '<g style="fill:url(//evil.example/#a);stroke:red"/>', '<g stroke="red"/>'],
    ['animated links', '<a><animate attributeName="href" values="javascript:alert(1)"/></a>', '<a/>'],
    ['animated links of old', '<a><set attributeName="xlink:href" to="javascript:alert(1)"/></a>', '<a/>'],
    ['animated handlers', '<set attributeName="onmouseover" to="alert(1)"/>', ''],
    ['animated paint', '<set attributeName="fill" to="url(//evil.example)"/>', '<set attributeName="fill"/>'],
    ['comments and instructions', '<!-- a --><?php echo 1 ?><g/>', '<g/>'],
    ["editors' own data", '<metadata><x/></metadata><g xmlns:i="urn:i" i:label="x"><i:guide/></g>', '<g/>'],
    ['sheets from elsewhere', '<style>@import "https://evil.example/a;b.css"; .a{fill:red}</style><g class="a"/>', red],
    ['fonts from elsewhere', '<style>@font-face{font-family:A;src:url(//evil.example/f)}</style>', fontless],
    ['sheets with escapes', '<style>.a{fill:u\\72l(//evil.example)}</style><g class="a"/>', '<g class="a"/>'],
    ['markup within a sheet', '<style><![CDATA[.a{}</style><script>alert(1)</script>]]></style><g/>', '<g/>'],
  ])('leaves out %s', async (_, inner, expected) => {
    const once = await clean(svg(inner))
    expect(once).toBe(svg(expected))
    expect(await clean(once)).toBe(once)
  })

  it('makes attributes of styles, which a policy may refuse, in the order of CSS', async () => {
    const sheet =
      '<style>#i{fill:red!important} .a{fill:blue;stroke:blue} rect.a{stroke:lime} rect{opacity:.5;fill:blue}</style>'
    expect(await clean(svg(`${sheet}<rect id="i" class="a" stroke="black" style="opacity:1"/>`))).toBe(
      svg('<rect id="i" class="a" stroke="lime" opacity="1" fill="red"/>'),
    )
  })

  it('keeps a sheet that attributes cannot stand for', async () => {
    const moving = '<style>@keyframes k{to{opacity:0}} .a{animation:k 1s}</style><g class="a"/>'
    expect(await clean(svg(moving))).toBe(svg(moving))
    const nested = '<style>.a .b{fill:red}</style><g class="a"/>'
    expect(await clean(svg(nested))).toBe(svg(nested))
  })

  it.each([
    ['entities of its own', '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><svg><text>&b;</text></svg>'],
    ['files of the machine', '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg><text>&a;</text></svg>'],
    ['another document', '<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>'],
    ['nothing', ''],
    ['half a drawing', '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0'],
    ['endless nesting', svg('<g>'.repeat(100_000) + '</g>'.repeat(100_000))],
    ['copies of copies', svg(copiesOfCopies(8))],
  ])('refuses %s', async (_, text) => {
    await expect(processAsset(Buffer.from(text), 'cats/tom.svg')).rejects.toMatchObject({
      code: 'unreadable_svg',
      message: expect.stringMatching(/^cannot read the drawing cats\/tom\.svg: .+$/),
    })
  })

  it('says where a drawing is broken', async () => {
    const broken = processAsset(Buffer.from('<svg>\n<g></svg>'), 'a.svg')
    await expect(broken).rejects.toThrow(
      'cannot read the drawing a.svg: Missing end tag for element g (line 2, column 4)',
    )
  })

  it('refuses a drawing of many megabytes', async () => {
    const large = Buffer.from(svg(`<path d="${'M0 0'.repeat(2_500_000)}"/>`))
    await expect(processAsset(large, 'a.svg')).rejects.toMatchObject({ code: 'image_too_large' })
  })

  it('ignores the declaration of a document type', async () => {
    const doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    expect(await clean(`<?xml version="1.0"?>${doctype}${svg('<g/>')}`)).toBe(svg('<g/>'))
  })

  it('reads drawings with a prefix, without a namespace and in other encodings', async () => {
    const prefixed = '<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 24 12"><s:g/></s:svg>'
    expect(await clean(prefixed)).toBe(svg('<g/>'))
    expect(await clean('<svg viewBox="0 0 24 12"><g/></svg>')).toBe(svg('<g/>'))
    const text = svg('<text>né</text>')
    expect(await clean(Buffer.from(`\ufeff${text}`))).toBe(text)
    expect(await clean(Buffer.from(`\ufeff${text}`, 'utf16le'))).toBe(text)
    expect(await clean(Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1'))).toBe(text)
    await expect(clean(Buffer.from(text, 'latin1'))).rejects.toMatchObject({ code: 'unreadable_svg' })
  })

  it.each([
    ['viewBox="0 0 30 20"', [30, 20]],
    ['viewBox="0,0,30.4,20.6" width="100%" height="100%"', [30, 21]],
    ['viewBox="0 0 30 20" width="300" height="100"', [300, 100]],
    ['viewBox="0 0 30 20" width="300px"', [300, 200]],
    ['viewBox="0 0 30 20" height="1in"', [144, 96]],
    ['width="30" height="20"', [30, 20]],
    ['width="1e999" height="20" viewBox="0 0 0 4"', [300, 20]],
    ['width="100%"', [300, 150]],
  ])('tells the size of <svg %s>', async (attributes, expected) => {
    const { width, height } = await processAsset(Buffer.from(`<svg ${attributes}/>`), 'a.svg')
    expect([width, height]).toEqual(expected)
  })

  it('gives a drawing without a view box one, so that it can shrink', async () => {
    expect(await clean('<svg width="30" height="20"/>')).toContain('viewBox="0 0 30 20"')
  })

  it('knows a drawing under the name of a picture, and keeps text under the name of text', async () => {
    expect(await processAsset(Buffer.from(svg('<g/>')), 'a.png')).toMatchObject({ kind: 'vector' })
    expect(await processAsset(Buffer.from(svg('<g/>')), 'a.txt')).toMatchObject({ kind: 'file' })
    expect(await processAsset(Buffer.from(svg('<g/>')), 'a.xml')).toMatchObject({
      contentType: 'text/plain; charset=utf-8',
    })
  })
})

const red = '<g class="a" fill="red"/>'
const fontless = '<style>@font-face{font-family:A;src:none}</style>'

function svg(inner: string): string {
  const [open, end] = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 12"', inner ? `>${inner}</svg>` : '/>']
  return open + end
}

async function clean(text: string | Buffer): Promise<string> {
  const linked = typeof text === 'string' ? text.replace('<svg ', `<svg xmlns:xlink="${xlink}" `) : text
  const { files } = await processAsset(Buffer.from(linked), 'a.svg')
  return Buffer.from(files[0]!.bytes).toString()
}

const xlink = 'http://www.w3.org/1999/xlink'

/** Each group uses the one before ten times. */
function copiesOfCopies(levels: number): string {
  const groups = Array.from({ length: levels }, (_, level) => `<g id="l${level + 1}">${use(level).repeat(10)}</g>`)
  return `<defs><path id="l0" d="M0 0"/>${groups.join('')}</defs>${use(levels)}`
}

function use(level: number): string {
  return `<use href="#l${level}"/>`
}
