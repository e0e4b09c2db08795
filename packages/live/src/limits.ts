/** How much one reader, and all of them, may ask of a node's live part. */
export interface LiveLimits {
  maxConnections: number
  /** Of one client address; a household or an office shares one. */
  maxPerAddress: number
  /** Messages a second that a connection may send for long, and how many at once. */
  saidPerSecond: number
  saidAtOnce: number
  /** Requests a second that an address may post for long, and how many at once: those who have events speak so. */
  postsPerSecond: number
  postsAtOnce: number
  /** Unsent bytes of one connection. Beyond them it is left out, and told to fetch its page when it caught up. */
  maxBufferedBytes: number
  /** A connection that has not caught up by then is closed. */
  maxBehindMs: number
  /** Between two heartbeats. A connection that answered none of two is closed. */
  beatMs: number
  /** A page is sent at most once within this time. */
  pageIntervalMs: number
  /** Numbers of readers are sent at most once within this time, and half a millisecond more for each connection. */
  presenceIntervalMs: number
  /** Over which browsers spread their new connections when this node leaves. */
  moveWithinMs: number
}

export const defaultLiveLimits: LiveLimits = {
  maxConnections: 20_000,
  maxPerAddress: 200,
  saidPerSecond: 10,
  saidAtOnce: 40,
  postsPerSecond: 20,
  postsAtOnce: 200,
  maxBufferedBytes: 512 * 1024,
  maxBehindMs: 30_000,
  beatMs: 25_000,
  pageIntervalMs: 200,
  presenceIntervalMs: 1000,
  moveWithinMs: 2000,
}
