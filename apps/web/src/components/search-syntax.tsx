import { raw } from 'hono/html'

const examples: [string, string][] = [
  ['tide pool', 'both words, in any order'],
  ['"tide pool"', 'these words together'],
  ['tid*', 'words that begin so; the last word you type always may'],
  ['tide OR pool', 'either; also ||'],
  ['tide NOT pool', 'the first without the second; also ! or -'],
  ['(tide || pool) && sea', 'brackets, as you would expect'],
  ['title:tide', 'in the title alone'],
  ['tag:sea', 'with this tag'],
]

/** Whatever is typed is a valid search; this is for those who want more. */
export function SearchSyntax() {
  return written
}

const written = raw(
  String(
    <dl class="syntax">
      {examples.map(([example, meaning]) => (
        <div>
          <dt>
            <code>{example}</code>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>,
  ),
)
