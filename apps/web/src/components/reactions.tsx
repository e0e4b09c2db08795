export interface ReactionCount {
  kind: string
  count: number
}

/** What readers thought of a post. A plain form; the script sends it over the open line. */
export function Reactions({ slug, counts }: { slug: string; counts: ReactionCount[] }) {
  if (counts.length === 0) return null
  return (
    <form
      class="reactions"
      id="site:reactions"
      method="post"
      action={`/posts/${slug}/reactions`}
      aria-label="Reactions"
      data-live="reactions"
      data-reactions={slug}
    >
      {counts.map(({ kind, count }) => (
        <button type="submit" name="kind" value={kind} class="reaction">
          {kind} <span class="reaction-count">{count}</span>
        </button>
      ))}
    </form>
  )
}
