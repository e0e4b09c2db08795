import { timing } from './timing.ts'

/** For how long this process has heard what others say. After a pause of its own their answers still lie unread. */
export interface Listening {
  /** To be called often: a long time between two calls is a pause. */
  note(): void
  /** Long enough that the silence of another is its own? */
  readonly isSure: boolean
}

export function createListening(): Listening {
  let since = performance.now()
  let notedAt = since

  function note() {
    const now = performance.now()
    if (now - notedAt > timing.dropAfter / 2) since = now
    notedAt = now
  }

  return {
    note,
    get isSure() {
      // The pause may have ended a moment ago, and this be the first that runs after it.
      note()
      return performance.now() - since >= timing.dropAfter
    },
  }
}
