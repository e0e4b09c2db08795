import type { PropsWithChildren } from 'hono/jsx'
import { errorCode } from './error-code.ts'

interface BluescreenProps {
  title: string
  /** What the code is made from; the same reason has the same code. */
  reason: string
  heading?: 'h1' | 'h3'
}

/** The end of an era, whenever something is missing. */
export function Bluescreen({ title, reason, heading: Heading = 'h1', children }: PropsWithChildren<BluescreenProps>) {
  return (
    <div class="bluescreen">
      <Heading class="bluescreen-title">{title}</Heading>
      <div class="bluescreen-text">{children}</div>
      <p class="bluescreen-code">Error: {errorCode(reason)}</p>
      <p class="bluescreen-prompt">
        <a href="/">Press here to continue</a>{' '}
      </p>
    </div>
  )
}
