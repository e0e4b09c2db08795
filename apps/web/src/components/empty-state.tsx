import type { PropsWithChildren } from 'hono/jsx'

/** A place where something could be; `children` say where to go from here. */
export function EmptyState({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}

export function EmptyLine({ children }: PropsWithChildren) {
  return <p class="empty-inline">{children}</p>
}

export function Badge({ children }: PropsWithChildren) {
  return <span class="badge">{children}</span>
}
