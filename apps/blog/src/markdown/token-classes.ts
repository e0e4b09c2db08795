/**
 * The classes of highlighted code, for the style sheet: each with the TextMate scopes that it stands for. A more
 * specific scope wins over a less specific one, whatever their order. Code without a class is plain.
 */
export const tokenClasses = {
  'tok-comment': ['comment', 'punctuation.definition.comment', 'string.quoted.docstring'],
  'tok-string': [
    'string',
    'punctuation.definition.string',
    'markup.inline.raw',
    'markup.fenced_code',
    'meta.attribute.string',
    'support.constant.property-value',
    'storage.type.string',
  ],
  'tok-escape': [
    'constant.character.escape',
    'punctuation.definition.template-expression',
    'punctuation.section.embedded',
  ],
  'tok-regexp': [
    'string.regexp',
    'string.regexp punctuation.definition.string',
    'constant.other.character-class',
    'keyword.control.anchor.regexp',
    'keyword.operator.quantifier.regexp',
    'keyword.operator.or.regexp',
  ],
  'tok-number': ['constant.numeric', 'keyword.other.unit', 'constant.other.color'],
  'tok-constant': [
    'constant.language',
    'constant.character',
    'constant.other',
    'support.constant',
    'variable.other.constant.property',
    'variable.other.enummember',
    'entity.name.constant',
  ],
  'tok-symbol': ['constant.other.symbol', 'constant.language.symbol', 'constant.other.keywords'],
  'tok-keyword': [
    'keyword',
    'storage',
    'variable.language',
    'punctuation.definition.keyword',
    'keyword.operator.expression',
    'keyword.operator.new',
    'keyword.operator.logical.python',
    'keyword.operator.word',
  ],
  'tok-operator': ['keyword.operator', 'storage.type.function.arrow', 'punctuation.separator.key-value.operator'],
  'tok-function': [
    'entity.name.function',
    'support.function',
    'meta.function-call.generic',
    'entity.name.command',
    'entity.name.method',
    'variable.function',
  ],
  'tok-type': [
    'entity.name.type',
    'entity.name.class',
    'entity.name.struct',
    'entity.name.enum',
    'entity.other.inherited-class',
    'support.type',
    'support.class',
    'storage.type.cs',
    'storage.type.java',
    'storage.type.go',
    'storage.type.haskell',
    'storage.type.string.go',
    'storage.type.numeric.go',
    'storage.type.boolean.go',
    'storage.type.error.go',
    'keyword.type',
  ],
  'tok-module': ['entity.name.namespace', 'entity.name.module', 'entity.name.type.module'],
  'tok-variable': [
    'variable.other.normal',
    'variable.other.bracket',
    'variable.other.php',
    'variable.other.readwrite.instance',
    'variable.other.readwrite.global',
    'variable.parameter.positional.shell',
    'variable.other.positional',
    'variable.other.special',
    'punctuation.definition.variable',
  ],
  'tok-parameter': ['variable.parameter', 'entity.name.variable.parameter', 'constant.other.option'],
  'tok-property': [
    'meta.object-literal.key',
    'support.type.property-name',
    'support.type.vendored.property-name',
    'entity.name.tag.yaml',
    'entity.other.attribute-name.nix',
    'keyword.other.definition.ini',
    'variable.other.property.definition',
  ],
  'tok-tag': ['entity.name.tag', 'punctuation.definition.tag'],
  'tok-attribute': ['entity.other.attribute-name'],
  'tok-meta': [
    'meta.decorator',
    'punctuation.decorator',
    'entity.name.function.decorator',
    'meta.annotation',
    'storage.type.annotation',
    'punctuation.definition.annotation',
    'meta.preprocessor',
    'keyword.control.directive',
    'entity.name.function.preprocessor',
    'variable.other.readwrite.module',
    'variable.other.readwrite.module punctuation.definition.variable',
    'meta.diff.header',
    'meta.diff.range',
    'meta.attribute.rust',
    'punctuation.definition.attribute.rust',
  ],
  'tok-heading': ['markup.heading', 'entity.name.section'],
  'tok-strong': ['markup.bold'],
  'tok-emphasis': ['markup.italic'],
  'tok-link': ['markup.underline.link', 'string.other.link', 'constant.other.reference.link'],
  'tok-inserted': ['markup.inserted', 'punctuation.definition.inserted'],
  'tok-deleted': ['markup.deleted', 'punctuation.definition.deleted'],
  'tok-changed': ['markup.changed'],
  'tok-invalid': ['invalid'],
} as const satisfies Record<string, readonly string[]>

export type TokenClass = keyof typeof tokenClasses

/** What a line of code can be besides `line`; and the sign in `data-mark` for those who do not see the colour. */
export const lineClasses = {
  highlighted: 'named in the first line, ```ts {1,3-5}, or marked with // [!code highlight]',
  inserted: 'marked with // [!code ++], or + in a diff',
  deleted: 'marked with // [!code --], or - in a diff',
  focused: 'marked with // [!code focus]',
  error: 'marked with // [!code error]',
  warning: 'marked with // [!code warning]',
} as const

export type LineClass = keyof typeof lineClasses

/** The scopes that are plain within something coloured. */
const plainScopes = [
  'meta.template.expression',
  'meta.interpolation',
  'meta.embedded',
  'source.nix.embedded',
  'string.template variable',
  'string.interpolated variable',
  'string.unquoted',
  'string.unquoted.argument',
  'support.variable',
  'keyword.operator.type.annotation',
  'keyword.operator.accessor',
  'punctuation.separator',
]

const names = Object.keys(tokenClasses) as TokenClass[]

/** Names of classes by the number of their colour; the first three numbers are nobody's, default, and background. */
const plainColour = '#000000'
const colourOf = (index: number) => `#0000${(index + 1).toString(16).padStart(2, '0')}`

/** A TextMate theme whose colours are numbers of classes: the tokeniser then does the matching and the merging. */
export const classTheme = {
  name: 'classes',
  type: 'dark' as const,
  fg: plainColour,
  bg: '#ffffff',
  settings: [
    { settings: { foreground: plainColour, background: '#ffffff' } },
    { scope: plainScopes, settings: { foreground: plainColour } },
    ...names.map((name, index) => ({ scope: [...tokenClasses[name]], settings: { foreground: colourOf(index) } })),
  ],
}

/** Which class each entry of the tokeniser's colour map stands for. */
export function classesByColour(colourMap: readonly string[]): (TokenClass | undefined)[] {
  const byColour = new Map(names.map((name, index) => [colourOf(index), name]))
  return colourMap.map((colour) => byColour.get(colour?.toLowerCase()))
}
