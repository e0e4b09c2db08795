import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { createShikiPrimitive, type Grammar, type LanguageRegistration } from '@shikijs/primitive'
import { createRegexEngine } from './regex-engine.ts'
import { classesByColour, classTheme, type TokenClass } from './token-classes.ts'

export interface Language {
  grammar: Grammar
  /** Indexed by the colours that the grammar's tokeniser gives. */
  classes: (TokenClass | undefined)[]
}

/** Names people write that no grammar answers to. */
const otherNames = new Map([
  ['c#', 'csharp'],
  ['c++', 'cpp'],
  ['f#', 'fsharp'],
  ['obj-c', 'objective-c'],
  ['cfg', 'ini'],
  ['conf', 'ini'],
  ['env', 'dotenv'],
  ['golang', 'go'],
  ['htm', 'html'],
  ['iex', 'elixir'],
  ['node', 'js'],
  ['plist', 'xml'],
  ['sh-session', 'shellsession'],
  ['shell-session', 'shellsession'],
  ['svg', 'xml'],
  ['terminal', 'shellsession'],
  ['xhtml', 'html'],
])

const plainNames = new Set(['', 'ascii', 'math', 'none', 'output', 'plain', 'plaintext', 'text', 'txt'])

export function isPlain(name: string): boolean {
  return plainNames.has(name.toLowerCase())
}

/** By each of their names. */
const loading = new Map<string, Promise<Language | undefined>>()

/** The language of that name, loaded when it is asked for first; nothing if there is none. */
export function loadLanguage(name: string): Promise<Language | undefined> {
  const key = otherNames.get(name.toLowerCase()) ?? name.toLowerCase()
  let language = loading.get(key)
  if (!language) {
    language = importLanguage(key)
    loading.set(key, language)
  }
  return language
}

async function importLanguage(name: string): Promise<Language | undefined> {
  const registrations = await importGrammar(name)
  if (!registrations) return undefined
  const properName = registrations.at(-1)!.name
  if (!prepared.has(properName)) prepared.set(properName, prepare(registrations))
  return prepared.get(properName)
}

/** By their proper names. */
const prepared = new Map<string, Language>()

/** A grammar, after those that are embedded in it. */
export async function importGrammar(name: string): Promise<LanguageRegistration[] | undefined> {
  const path = locateGrammar(name)
  return path && (await import(pathToFileURL(path).href)).default
}

const { resolve } = createRequire(import.meta.url)

/** Each language and each of its other names is a file of the package. */
function locateGrammar(name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9_.-]*$/.test(name)) return undefined
  try {
    return resolve(`@shikijs/langs/${name}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined
    throw error
  }
}

const engine = createRegexEngine()

/**
 * Each language has a registry of its own: in a shared one, what is embedded in Markdown or HTML would be coloured
 * according to which languages other posts had used before.
 */
function prepare(registrations: LanguageRegistration[]): Language {
  const name = registrations.at(-1)!.name
  const shiki = createShikiPrimitive({ engine, langs: registrations, themes: [classTheme], warnings: false })
  const { colorMap } = shiki.setTheme(classTheme.name)
  return { grammar: shiki.getLanguage(name), classes: classesByColour(colorMap) }
}
