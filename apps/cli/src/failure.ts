import { CommandError } from './errors.ts'

/** One line that says what is wrong and what to do about it. */
export function describeFailure(error: unknown): string {
  if (error instanceof CommandError) return error.message
  // Each package's own errors bring one along.
  if (error instanceof Error && 'fix' in error) return `${error.message}. ${error.fix}`
  const { code, port, address, path, message } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  if (code === 'EADDRINUSE')
    return `port ${port} is in use; end what listens there, or choose another with PORT or --port`
  if (code === 'EACCES' && port)
    return `port ${port} needs more rights than this user has; choose one above 1023 with PORT`
  if (code === 'EADDRNOTAVAIL') return `HOST: this machine has no address ${address}; use :: for all of them`
  if (code === 'EEXIST') return `${path} is there already; give the new one another name`
  if (code === 'ENOTFOUND') return `HOST: the name does not resolve: ${message}`
  return error instanceof Error ? (error.stack ?? message) : String(error)
}
