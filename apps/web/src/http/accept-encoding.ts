/** Best first: what equal preferences are decided by. */
export const encodings = ['br', 'zstd', 'gzip', 'identity'] as const

export type Encoding = (typeof encodings)[number]

/** Browsers send a handful of different values; a stranger who sends many only empties the memory. */
const remembered = new Map<string, Encoding>()

/** Chooses by quality, then by our own order. A header that allows nothing gets the plain bytes. */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding {
  if (acceptEncoding === undefined) return 'identity'
  const known = remembered.get(acceptEncoding)
  if (known !== undefined) return known

  const chosen = parse(acceptEncoding)
  if (acceptEncoding.length > 256) return chosen
  if (remembered.size >= 256) remembered.clear()
  remembered.set(acceptEncoding, chosen)
  return chosen
}

function parse(acceptEncoding: string): Encoding {
  const qualities = new Map<string, number>()
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const coding = name === 'x-gzip' ? 'gzip' : name
    if (coding !== '' && !qualities.has(coding)) qualities.set(coding, qualityIn(parameters))
  }
  const others = qualities.get('*') ?? 0
  // Whoever names codings prefers them to plain bytes, which are allowed all the same (RFC 9110, 12.5.3).
  const plain = qualities.get('identity') ?? (qualities.has('*') ? others : 0.0001)
  const qualityOf = (encoding: Encoding) => (encoding === 'identity' ? plain : (qualities.get(encoding) ?? others))

  let best: Encoding = 'identity'
  for (const encoding of encodings.toReversed()) {
    const quality = qualityOf(encoding)
    if (quality > 0 && quality >= qualityOf(best)) best = encoding
  }
  return best
}

/** A quality that is no number makes its coding unacceptable: plain bytes are never wrong. */
function qualityIn(parameters: string[]): number {
  const quality = parameters.find((parameter) => /^q\s*=/.test(parameter))
  if (quality === undefined) return 1
  const text = quality.slice(quality.indexOf('=') + 1).trim()
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0
}
