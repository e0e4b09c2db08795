import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RelaxNGValidator, XmlDocument, type XmlElement } from 'libxml2-wasm'

type Grammar = 'atom' | 'rss' | 'sitemap'

/** Throws, with libxml2's own words, unless a text is well-formed XML that its format's grammar allows. */
export function validateXml(text: string, grammar: Grammar): void {
  using schema = XmlDocument.fromString(readFileSync(join(import.meta.dirname, `${grammar}.rng`), 'utf8'))
  using validator = RelaxNGValidator.fromDoc(schema)
  using document = XmlDocument.fromString(text)
  validator.validate(document)
}

/** The texts, or values of attributes, that an XPath finds. Prefixes: `a` Atom, `c` content, `d` Dublin Core, `s` sitemap. */
export function findInXml(text: string, path: string): string[] {
  using document = XmlDocument.fromString(text)
  return document.find(path, namespaces).map((node) => (node as XmlElement).content)
}

const namespaces = {
  a: 'http://www.w3.org/2005/Atom',
  c: 'http://purl.org/rss/1.0/modules/content/',
  d: 'http://purl.org/dc/elements/1.1/',
  s: 'http://www.sitemaps.org/schemas/sitemap/0.9',
}
