import type { SvgElement } from './svg-tree.ts'

export interface SvgSize {
  width: number
  height: number
}

/** CSS pixels per unit. */
const units: Record<string, number> = { '': 1, px: 1, pt: 4 / 3, pc: 16, mm: 96 / 25.4, cm: 96 / 2.54, in: 96 }

/** What browsers give a drawing that says nothing of its size. */
const usual = { width: 300, height: 150 }

/** The size a drawing has on a page: its view box tells what is missing. */
export function sizeOf({ attributes }: SvgElement): SvgSize {
  const width = lengthOf(attributes.get('width'))
  const height = lengthOf(attributes.get('height'))
  const box = boxOf(attributes.get('viewBox'))
  if (width && height) return rounded(width, height)
  if (!box) return rounded(width ?? usual.width, height ?? usual.height)
  if (width) return rounded(width, (width * box.height) / box.width)
  if (height) return rounded((height * box.width) / box.height, height)
  return rounded(box.width, box.height)
}

/** Without a view box a drawing is cut off, not made smaller, where a page has less room. */
export function ensureViewBox({ attributes }: SvgElement): void {
  const width = lengthOf(attributes.get('width'))
  const height = lengthOf(attributes.get('height'))
  if (width && height && !boxOf(attributes.get('viewBox'))) attributes.set('viewBox', `0 0 ${width} ${height}`)
}

function lengthOf(written = ''): number | undefined {
  const [, digits, unit = ''] = written.trim().match(/^([\d.]+(?:e[+-]?\d+)?)([a-z]*)$/i) ?? []
  const length = Number(digits) * (units[unit.toLowerCase()] ?? Number.NaN)
  return length > 0 && Number.isFinite(length) ? length : undefined
}

function boxOf(written = ''): { width: number; height: number } | undefined {
  const [, , width = 0, height = 0, ...more] = written
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  return width > 0 && height > 0 && Number.isFinite(width + height) && more.length === 0 ? { width, height } : undefined
}

function rounded(width: number, height: number): SvgSize {
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) }
}
