/** One setting: an environment variable and a flag that wins over it. */
export interface Setting<T> {
  env: string
  /** A platform's own variable, read when ours is not set. */
  alsoEnv?: string
  flag: string
  /** What `atoll help` and docs/settings.md say. */
  summary: string
  /** As a person would write it; computed ones say how. */
  default: string
  isSecret?: boolean
  /** Returns the value, or a sentence that says what would be right. */
  parse: (text: string) => { value: T } | { wanted: string }
}

export const number = (least: number, most: number, wanted: string) => (text: string) => {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= least && value <= most ? { value } : { wanted }
}
export const text = (value: string) => (value === '' ? { wanted: 'a name that is not empty' } : { value })
export const oneOf =
  <T extends string>(...words: T[]) =>
  (value: string) =>
    words.includes(value as T) ? { value: value as T } : { wanted: `one of ${words.join(', ')}` }
export const yesOrNo = (value: string) => {
  if (/^(1|true|yes|on)$/i.test(value)) return { value: true }
  return /^(0|false|no|off)$/i.test(value) ? { value: false } : { wanted: 'yes or no' }
}
/** `none` is how a person writes that there is nothing. */
export const optional =
  <T>(parse: (text: string) => { value: T } | { wanted: string }) =>
  (value: string): { value: T | undefined } | { wanted: string } =>
    value === 'none' ? { value: undefined } : parse(value)
