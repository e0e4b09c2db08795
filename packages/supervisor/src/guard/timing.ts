/**
 * In milliseconds. F and G are of rule 11: what a holder acknowledges by its heartbeat alone ends F after that
 * heartbeat started; observers wait G after the answer that showed it, so their wait ends later, whatever the clocks
 * say, as long as they run equally fast.
 */
export const timing = {
  beatEvery: 500,
  /** F */
  provenFor: 2000,
  /** G */
  deposeAfter: 3000,
  /** A look at Consul that took longer, or failed, starts an observer's wait again. */
  slowLook: 1000,
  lookEvery: 500,
  recordEvery: 500,
  /** A member without contact for so long is dropped from the set. */
  dropAfter: 2000,
  /** Most members at once: if they live, Consul shows it by then, and the holder resigns. */
  dropMostAfter: 3000,
  /** So is one that is behind and does not move: a migration or a long import is not a dead node. */
  dropWithoutProgress: 10_000,
  /** LiteFS that does not answer for so long is left. */
  litefsSilence: 2000,
  /** How long a node that is about to join the set may hold up acknowledgements. */
  joinWithin: 1000,
  /** What a handover's target does before writes are parked may take so long; the handover goes on without it. */
  prepareWithin: 1000,
  /** A handover's target has to take the lease in this time, or any member does. */
  takeWithin: 1000,
  /** LiteFS that lost its primary is told the same one again only after this. */
  followAgainAfter: 200,
} as const
