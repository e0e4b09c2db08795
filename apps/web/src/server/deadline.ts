import { WebError } from '../errors.ts'

/** Stops waiting after a time; the work itself goes on, for whoever asks next. */
export async function withinTime<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const timeout = Promise.withResolvers<never>()
  const error = () => new WebError('timed_out', `${what} took longer than ${timeoutMs} ms`)
  const timer = setTimeout(() => timeout.reject(error()), timeoutMs)
  try {
    return await Promise.race([work, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}
