import { LiveError } from './errors.ts'

/** A write of a visitor. It is asked again with the same key when its answer was lost. */
export type Action = (input: unknown, call: Call) => Promise<unknown>

interface Call {
  key: string
  address: string
}

interface Performance {
  actions: Readonly<Record<string, Action>>
  action: string
  input: unknown
  call: Call
  onError: (error: unknown, what: string) => void
}

/** What its visitor is answered, whatever becomes of it. */
export type Outcome = { value: unknown } | { error: { code: string; applied: 'no' | 'unknown' } }

export async function perform({ actions, action, input, call, onError }: Performance): Promise<Outcome> {
  try {
    if (!Object.hasOwn(actions, action)) throw new LiveError('unknown_action', `there is no action ${action}`)
    return { value: await actions[action]!(input, call) }
  } catch (error) {
    if (!(error instanceof LiveError)) onError(error, action)
    const { code = 'failed', applied = 'unknown' } = error as { code?: string; applied?: 'no' | 'unknown' }
    return { error: { code, applied } }
  }
}
