/** What the supervisor asks of the guard, which runs as a process of its own. */
export interface GuardControl {
  /** This node's LiteFS is gone: what it held in Consul is released at once. */
  litefsEnded(): Promise<void>
  /** This node's app is gone: another node becomes primary, without waiting for the app's restart. */
  appEnded(): Promise<void>
  /** This node stops. Hands over if it is primary, and leaves the in-sync set, so that nobody waits for it. */
  stepDown(options: { deadlineMs: number }): Promise<void>
}
