import type { PropsWithChildren } from 'hono/jsx'

interface PanelProps {
  /** Under which the browser remembers whether it is folded. */
  name: string
  title: string
  class?: string
}

/**
 * A section that folds. It is open in the document, for those without a script; the script in the head folds it
 * before it is painted where the screen is narrow or the reader folded it before.
 */
export function Panel({ name, title, class: className, children }: PropsWithChildren<PanelProps>) {
  return (
    <details class={className ? `panel ${className}` : 'panel'} data-fold={name} open>
      <summary>{title}</summary>
      <div class="panel-body">{children}</div>
    </details>
  )
}
