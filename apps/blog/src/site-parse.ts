import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { z } from 'zod'
import { nearest } from './edit-distance.ts'
import { type Problem, yamlMessage } from './markdown/index.ts'
import { defaultSite, type Site } from './site.ts'
import { colourNames, isCssColour, type Palette } from './site-colours.ts'

export interface ParsedSite {
  site: Site
  problems: Problem[]
  /** Of the first line of the introduction's text. */
  introductionLine: number
}

/** Reads `site.yaml`. A key that is wrong keeps its default and is reported; the text of an absent file is ''. */
export function parseSite(text: string, path = 'site.yaml'): ParsedSite {
  const lines = new LineCounter()
  // Every value of this file is text: with the failsafe schema a Discord id keeps its last digits and a title can be
  // `1984` or `no`.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false })
  const problems: Problem[] = []

  const read = readSettings(document)
  if ('settings' in read) {
    const site = toSite(keepValid(read.settings))
    return { site, problems, introductionLine: lineOfText(document.contents, 'introduction', lines) }
  }
  report({ severity: 'error', code: 'bad_yaml', ...read })
  return { site: defaultSite, problems, introductionLine: 1 }

  function keepValid(settings: Record<string, unknown>): Settings {
    const result = settingsSchema.safeParse(settings)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      const keys = issue.path as (string | number)[]
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) reportUnknown([...keys, key])
      else reportWrong(keys, issue.message)
    }
    return keepValid(settings)

    function reportUnknown(keys: (string | number)[]) {
      const meant = nearest(String(keys.at(-1)), knownKeys)
      const hint = meant ? `; did you mean "${meant}"?` : ''
      const message = `unknown key "${keys.join('.')}"${hint}`
      report({ offset: offsetOf(document.contents, keys), severity: 'warning', code: 'unknown_key', message })
      removeAt(settings, keys)
    }

    function reportWrong(keys: (string | number)[], reason: string) {
      const message = `${keys.join('.')}: ${reason}`
      report({ offset: offsetOf(document.contents, keys), severity: 'error', code: 'bad_value', message })
      removeAt(settings, keys)
    }
  }

  function report({ offset, ...problem }: Omit<Problem, 'path' | 'line'> & { offset: number }) {
    problems.push({ path, line: lines.linePos(offset).line || 1, ...problem })
  }
}

type ReadSettings = { settings: Record<string, unknown> } | { offset: number; message: string }

function readSettings(document: Document.Parsed): ReadSettings {
  const broken = document.errors[0]
  if (broken) return { offset: broken.pos[0], message: yamlMessage(broken) }
  try {
    const settings = toPlainValue(document.toJS() ?? {})
    if (isRecord(settings)) return { settings }
    return { offset: 0, message: 'expected keys and values, such as "title: Ana"' }
  } catch (error) {
    // Aliases without an anchor, and ones that would unfold without end.
    return { offset: 0, message: (error as Error).message }
  }
}

const line = z
  .string('expected text')
  .max(300, 'is longer than 300 characters')
  .regex(/^[^\n]*$/, 'has several lines')

const webAddress = line.refine(isWebAddress, 'expected an address that starts with https:// or http://')

const colour = line.refine(isCssColour, 'expected a CSS colour such as "#00afff" or "oklch(70% 0.1 230)"')

const palette = Object.fromEntries(colourNames.map((name) => [name, colour.optional()])) as Record<
  (typeof colourNames)[number],
  z.ZodOptional<typeof colour>
>

const wrongMap = 'expected keys and values'

const settingsSchema = z.strictObject({
  title: line.optional(),
  description: z.string('expected text').max(1000, 'is longer than 1000 characters').optional(),
  author: z
    .preprocess(
      (written) => (typeof written === 'string' ? { name: written } : written),
      z.strictObject({ name: line.optional(), url: webAddress.optional() }, { error: wrongMap }),
    )
    .optional(),
  language: line.refine(isLanguage, 'expected a language tag such as en or pt-BR').optional(),
  time_zone: line.refine(isTimeZone, 'expected a time zone such as Europe/Lisbon or UTC').optional(),
  navigation: z
    .array(
      z.strictObject(
        { label: line, href: line.refine(isLinkTarget, 'expected a path such as /about or an address with https://') },
        { error: 'expected a label and a href' },
      ),
      { error: 'expected a list of links, each with a label and a href' },
    )
    .max(20, 'has more than 20 links')
    .optional(),
  taglines: z.array(line, { error: 'expected a list of texts' }).max(500, 'has more than 500 lines').optional(),
  source_url: webAddress.optional(),
  file_url: webAddress
    .refine((written) => written.includes('{path}'), 'expected {path} where the path of the file goes')
    .optional(),
  colours: z
    .strictObject(
      {
        ...palette,
        light: z.strictObject(palette, { error: wrongMap }).optional(),
        dark: z.strictObject(palette, { error: wrongMap }).optional(),
      },
      { error: wrongMap },
    )
    .optional(),
  discord_id: line.regex(/^\d{15,21}$/, 'expected the digits of a Discord user id').optional(),
  reactions: z
    .array(line.max(16, 'is longer than 16 characters'), { error: 'expected a list of emoji or words' })
    .max(8, 'has more than 8 reactions')
    .refine((kinds) => new Set(kinds).size === kinds.length, 'has a reaction twice')
    .optional(),
  introduction: z.string('expected Markdown').max(100_000, 'is longer than 100,000 characters').optional(),
})

type Settings = z.infer<typeof settingsSchema>

const knownKeys = [
  ...Object.keys(settingsSchema.shape),
  'name',
  'url',
  'label',
  'href',
  'light',
  'dark',
  ...colourNames,
]

function toSite(settings: Settings): Site {
  const { title, description, author, language, time_zone, navigation, taglines } = settings
  const { source_url, file_url, discord_id, reactions, introduction } = settings
  return {
    ...defaultSite,
    ...(title && { title }),
    ...(description && { description: description.trim() }),
    author: { name: author?.name ?? '', ...(author?.url && { url: author.url }) },
    ...(language && { language: Intl.getCanonicalLocales(language)[0]! }),
    ...(time_zone && { timeZone: time_zone }),
    ...(navigation && { navigation }),
    ...(taglines && { taglines }),
    ...(source_url && { sourceUrl: source_url }),
    ...(file_url && { fileUrl: file_url }),
    colours: toPalettes(settings.colours),
    ...(discord_id && { discordId: discord_id }),
    ...(reactions && { reactions }),
    ...(introduction && { introduction }),
  }
}

/** A colour outside `light` and `dark` is for both. */
function toPalettes({ light, dark, ...both }: NonNullable<Settings['colours']> = {}) {
  return { light: { ...both, ...light } as Palette, dark: { ...both, ...dark } as Palette }
}

/** Keys without a value count as left out. */
function toPlainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== '' && item !== null).map(toPlainValue)
  if (!isRecord(value)) return value
  const entries = Object.entries(value).filter(([, item]) => item !== '' && item !== null)
  return Object.fromEntries(entries.map(([key, item]) => [key, toPlainValue(item)]))
}

/** Lists stand or fall as a whole: half a navigation would be worse than the default one. */
function removeAt(settings: Record<string, unknown>, keys: (string | number)[]) {
  const [key, ...rest] = keys as string[]
  const value = settings[key!]
  if (isRecord(value) && rest.length > 0) removeAt(value, rest)
  else delete settings[key!]
}

/** Where the deepest key of a path begins that the file has. */
function offsetOf(node: unknown, [key, ...rest]: (string | number)[]): number {
  const start = (node as Node | null)?.range?.[0] ?? 0
  if (key === undefined) return start
  if (isSeq(node)) return node.items[Number(key)] ? offsetOf(node.items[Number(key)], rest) : start
  if (!isMap(node)) return start
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
  if (!pair) return start
  const inner = rest.length > 0 ? offsetOf(pair.value, rest) : 0
  return Math.max(inner, (pair.key as Node).range?.[0] ?? 0)
}

function lineOfText(contents: unknown, key: string, lines: LineCounter): number {
  const text = isMap(contents) ? contents.get(key, true) : undefined
  if (!isScalar(text) || !text.range) return 1
  // After `|` or `>` the text begins on the next line.
  return lines.linePos(text.range[0]).line + (text.type?.startsWith('BLOCK') ? 1 : 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

function isLinkTarget(text: string): boolean {
  return isWebAddress(text) || /^mailto:\S+@\S+$/i.test(text) || /^(?:\/(?![/\\])|#)[^\s\\]*$/.test(text)
}

function isLanguage(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
