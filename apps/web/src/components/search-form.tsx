import { type ListQuery, listUrl } from './query-url.ts'

interface SearchFormProps {
  /** The page that answers. */
  path: string
  /** What is searched, for the label and the button: `posts`. */
  label: string
  placeholder: string
  query: ListQuery
  /** Of the field; where a page has several forms. */
  id?: string
}

/** Works by itself; with the script it answers while the reader types. */
export function SearchForm({ path, label, placeholder, query, id = 'site:q' }: SearchFormProps) {
  return (
    <search aria-label={label}>
      <form class="search-form" action={path} data-live-search="">
        <label class="visually-hidden" for={id}>
          {label}
        </label>
        <div class="search-field">
          <input
            id={id}
            type="search"
            name="q"
            value={query.search}
            placeholder={placeholder}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="search"
          />
          {query.tags.length > 0 && <input type="hidden" name="tags" value={query.tags.join(',')} />}
          <button type="submit">Search</button>
        </div>
      </form>
    </search>
  )
}

interface ResultsLineProps {
  /** `12 posts`. */
  found: string
  path: string
  query: ListQuery
  /** What the reader may have meant, where nothing was found. */
  suggestion?: string | undefined
}

export function ResultsLine({ found, path, query, suggestion }: ResultsLineProps) {
  return (
    <p class="results-line">
      <span>{found}</span>{' '}
      {suggestion && (
        <span>
          Did you mean <a href={listUrl(path, { ...query, search: suggestion, page: 1 })}>{suggestion}</a>?
        </span>
      )}{' '}
      {query.search && <a href={listUrl(path, { search: '', tags: query.tags })}>Clear search</a>}
    </p>
  )
}
