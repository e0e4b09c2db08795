/** Counts changes of what card-svg.ts draws: images of older ones are painted again. */
export const drawingVersion = 1
