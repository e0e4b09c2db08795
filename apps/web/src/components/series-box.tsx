import { type PostLink, seriesSlug } from '@atoll/blog'

interface SeriesBoxProps {
  name: string
  parts: PostLink[]
  /** Of the post it stands in. */
  slug: string
}

/** Where a post stands among those that belong together. */
export function SeriesBox({ name, parts, slug }: SeriesBoxProps) {
  const part = parts.findIndex((other) => other.slug === slug) + 1
  return (
    <nav class="series" aria-label={`Series: ${name}`}>
      <p>
        Part {part} of {parts.length} of <a href={`/series/${encodeURIComponent(seriesSlug(name))}`}>{name}</a>
      </p>
      <p class="series-bar" aria-hidden="true">
        {progressBar(part, parts.length)}
      </p>
      <details>
        <summary>All parts</summary>
        <ol>
          {parts.map((other) => (
            <li>
              {other.slug === slug ? (
                <span aria-current="page">{other.title}</span>
              ) : (
                <a href={`/posts/${other.slug}`}>{other.title}</a>
              )}
            </li>
          ))}
        </ol>
      </details>
    </nav>
  )
}

const barLength = 24

/** `[=========>-----] 60%`, as things that download used to show. */
export function progressBar(part: number, parts: number): string {
  const done = Math.round((part / parts) * barLength)
  const bar = part === parts ? '='.repeat(done) : `${'='.repeat(Math.max(done - 1, 0))}>`
  return `[${bar.padEnd(barLength, '-')}] ${Math.round((part / parts) * 100)}%`
}
