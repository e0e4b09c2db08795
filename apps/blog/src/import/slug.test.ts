import { describe, expect, it } from 'vitest'
import { canonicalSlug, slugFromPath, slugFromText } from './slug.ts'

describe('slugs', () => {
  it('have hyphens where files have underscores', () => {
    expect(canonicalSlug('my_old-setup')).toBe('my-old-setup')
  })

  it.each([
    ['posts/20250329121314_my_setup.md', 'my-setup'],
    ['posts/2025-03-29-my-setup.md', 'my-setup'],
    ['posts/deep/down/My Setup.markdown', 'my-setup'],
    ['posts/2025.md', '2025'],
    ['posts/日本.md', ''],
  ])('are made of the file name %s', (path, slug) => {
    expect(slugFromPath(path)).toBe(slug)
  })

  it('are made of any text', () => {
    expect(slugFromText(' Ünïcode, & more! ')).toBe('unicode-more')
  })
})
