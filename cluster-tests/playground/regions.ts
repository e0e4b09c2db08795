/** In the order of the nodes. */
export const regions = ['lhr', 'iad', 'nrt']

/** Round trips in milliseconds between the node of one region and that of the other. */
export const roundTrips: [one: number, other: number, milliseconds: number][] = [
  [0, 1, 80],
  [1, 2, 120],
  [0, 2, 200],
]
