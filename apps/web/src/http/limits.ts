/** How much one client may ask of the server, and for how long. */
export interface Limits {
  /** Request line and headers together; more is answered with 431. */
  maxHeaderBytes: number
  /** Pages take no body. What a request sends beyond this closes its connection. */
  maxBodyBytes: number
  /** Those of open pages too. */
  maxConnections: number
  /** Pages being rendered at once, each for any number of readers; more are answered with 503. */
  maxRenders: number
  headersTimeoutMs: number
  /** From the first byte of a request to its last. */
  requestTimeoutMs: number
  /** Between two requests. Longer than what proxies keep: one must not send on a connection that we are closing. */
  keepAliveTimeoutMs: number
  /** A connection on which nothing moves in either direction. */
  idleTimeoutMs: number
  /** A page that is not rendered by then is answered with 503. */
  renderTimeoutMs: number
  /** What is still being answered when the server closes gets this long. */
  closeTimeoutMs: number
}

export const defaultLimits: Limits = {
  maxHeaderBytes: 16_384,
  maxBodyBytes: 65_536,
  maxConnections: 25_000,
  maxRenders: 512,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  keepAliveTimeoutMs: 65_000,
  idleTimeoutMs: 60_000,
  renderTimeoutMs: 5_000,
  closeTimeoutMs: 10_000,
}
