import type { YAMLParseError, YAMLWarning } from 'yaml'

/** In words of whoever wrote the file, for the mistakes that people make. */
const plainWords: { [Code in YAMLParseError['code']]?: string } = {
  BLOCK_AS_IMPLICIT_KEY: 'a value with ": " in it needs quotes around it',
  TAB_AS_INDENT: 'a tab begins this line; YAML takes spaces alone',
  DUPLICATE_KEY: 'this key is there twice',
}

export function yamlMessage({ code, message }: YAMLParseError | YAMLWarning): string {
  return plainWords[code] ?? message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
}
