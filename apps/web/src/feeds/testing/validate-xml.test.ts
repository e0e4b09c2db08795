import { describe, expect, it } from 'vitest'
import { writeAtom } from '../atom.ts'
import { createFeed } from '../feed.ts'
import { writeRss } from '../rss.ts'
import { context, trickyPosts } from './posts.ts'
import { validateXml } from './validate-xml.ts'

const feed = await createFeed(trickyPosts, { homePath: '/', selfPath: '/rss' }, context)
const rss = writeRss(feed)
const atom = writeAtom(feed)

/** The validator that the other tests trust is not one that says yes to everything. */
describe('validateXml', () => {
  it.each([
    ['an item without a link', rss.replace(/(<item>.*?)<link>.*?<\/link>/, '$1')],
    ['a date that is not RFC 822', rss.replace(/<pubDate>.*?<\/pubDate>/, '<pubDate>2026-03-01T12:00:00Z</pubDate>')],
    ['a relative address', rss.replace(/<link>https:\/\/tide.example/, '<link>')],
    ['an enclosure without a length', rss.replace(/ length="\d+"/, '')],
    ['an element that RSS does not know', rss.replace('</channel>', '<updated>2026</updated></channel>')],
    ['a stray control character', rss.replace('<title>', '<title>\u0007')],
    ['an entity of HTML', rss.replace('<title>', '<title>&nbsp;')],
    ['an element that is not closed', rss.replace('</item>', '')],
  ])('refuses RSS with %s', (_, text) => {
    expect(text).not.toBe(rss)
    expect(() => validateXml(text, 'rss')).toThrow()
  })

  it.each([
    ['no id', atom.replace(/<id>.*?<\/id>/, '')],
    ['two titles', atom.replace('<title>', '<title>x</title><title>')],
    ['no author', atom.replace(/<author>.*?<\/author>/, '')],
    ['an entry that was never updated', atom.replace(/(<entry>.*?)<updated>.*?<\/updated>/, '$1')],
    ['a date of another format', atom.replace(/<updated>.*?<\/updated>/, '<updated>1 March 2026</updated>')],
    ['a link of an unknown kind', atom.replace('rel="alternate"', 'rel="sideways"')],
  ])('refuses Atom with %s', (_, text) => {
    expect(text).not.toBe(atom)
    expect(() => validateXml(text, 'atom')).toThrow()
  })
})
