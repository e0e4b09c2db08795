import type { PostSummary, Project } from '@atoll/blog'

const sample: Omit<PostSummary, 'slug' | 'title' | 'tags'> = {
  summaryHtml:
    '<p>An atoll is what is left when the volcano has gone: a thin <em>ring of land</em> with a quiet lagoon inside.</p>',
  publishedAt: '2026-11-02T10:00:00Z',
  readingMinutes: 4,
}

export const galleryPosts: PostSummary[] = [
  { ...sample, slug: 'hello-world', title: 'A ring of land', tags: ['sea', 'sqlite'] },
  {
    ...sample,
    slug: 'long-title',
    title: 'A title that needs more than a single line to say what it wants to say, as titles sometimes do',
    tags: ['sea'],
    readingMinutes: 0,
  },
  { ...sample, slug: 'undated', title: 'No date, no tags', tags: [], publishedAt: null },
]

export const galleryProjects: Project[] = [
  {
    name: 'Lighthouse',
    url: 'https://example.com/',
    description: 'Stands still and is useful all the same.',
    tags: ['sea'],
    createdAt: '2026-11-02T10:00:00Z',
  },
]

export const galleryTags = [
  { label: 'sea', count: 2 },
  { label: 'sqlite', count: 1 },
  { label: 'a tag nobody has', count: 0 },
]

export const swatches = [
  'background',
  'surface',
  'rule',
  'border',
  'text',
  'muted',
  'accent',
  'link',
  'heading',
  'bar',
  'badge',
  'mark',
  'note',
  'tip',
  'important',
  'warning',
  'caution',
] as const

/** As the renderer of Markdown writes it. */
export const galleryProse = (
  <>
    <p>
      Words, <em>slanted words</em>, <strong>strong words</strong>, <a href="/gallery">the gallery</a>,{' '}
      <code>code</code>, <mark>found</mark>, <kbd>Ctrl</kbd> and <del>what was</del>.
    </p>
    <ul>
      <li>A list</li>
      <li>
        of things
        <ol>
          <li>one</li>
          <li>two</li>
        </ol>
      </li>
    </ul>
    <blockquote>
      <p>The sea is everything.</p>
    </blockquote>
    {['note', 'tip', 'important', 'warning', 'caution'].map((kind) => (
      <div class={`markdown-alert markdown-alert-${kind}`} role="note">
        <p class="markdown-alert-title">{kind[0]!.toUpperCase() + kind.slice(1)}</p>
        <p>High tide is at noon.</p>
      </div>
    ))}
    <section class="table-scroll" tabindex={0} aria-label="Table 1">
      <table>
        <thead>
          <tr>
            <th scope="col">Island</th>
            <th scope="col" class="align-right">
              Height
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>Rangiroa</td>
            <td class="align-right">12 m</td>
          </tr>
        </tbody>
      </table>
    </section>
    <hr />
  </>
)
