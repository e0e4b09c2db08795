import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('the screen of old changes its light less than three times a second, and not where motion is unwanted', () => {
  const css = readFileSync(join(import.meta.dirname, 'crt.css'), 'utf8')
  const calm = /@media \(prefers-reduced-motion: no-preference\) \{[^@]*\}\s*\}/g
  const animations = [...css.matchAll(/animation:.*?([\d.]+)s/g)]
  expect(animations.length).toBeGreaterThan(0)
  // Each turn is one change of two that make a flash.
  for (const [, seconds] of animations) expect(Number(seconds)).toBeGreaterThan(1 / 3)
  expect(css.replace(calm, '')).not.toContain('animation:')
})
