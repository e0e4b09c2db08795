import { describe, expect, it } from 'vitest'
import { contentTypeOf } from './content-types.ts'

describe('contentTypeOf', () => {
  it.each([
    ['talks/slides.pdf', 'application/pdf'],
    ['demo.MP4', 'video/mp4'],
    ['song.opus', 'audio/ogg'],
    ['custom.css', 'text/css; charset=utf-8'],
    ['notes.txt', 'text/plain; charset=utf-8'],
    ['README', 'application/octet-stream'],
    ['archive.tar.gz', 'application/gzip'],
    ['.hidden', 'application/octet-stream'],
  ])('knows %s', (name, expected) => {
    expect(contentTypeOf(name)).toBe(expected)
  })

  it.each(['html', 'HTM', 'xhtml', 'xht', 'xml', 'xsl', 'mhtml', 'rss', 'js', 'mjs', 'cjs', 'ts'])(
    'makes text of .%s, which a browser could run',
    (extension) => {
      expect(contentTypeOf(`trick.${extension}`)).toBe('text/plain; charset=utf-8')
    },
  )

  it.each(['swf', 'hta', 'svgz', 'wasm', 'jar', 'exe', 'constructor', '__proto__'])(
    'offers .%s to save',
    (extension) => {
      expect(contentTypeOf(`trick.${extension}`)).toBe('application/octet-stream')
    },
  )
})
