/** Of this release; the one in every package.json, as a test holds. */
export const version = '0.1.0'
