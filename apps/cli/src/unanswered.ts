/** Why a request got no answer. What runs out of time has a `code` too, which is a number that tells nobody anything. */
export function whyUnanswered(error: unknown): string {
  const { code, message } = ((error as Error).cause ?? error) as { code?: unknown; message: string }
  return typeof code === 'string' ? code : message
}
