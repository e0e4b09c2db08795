/** Of this program; nodes tell each other. */
export const version = '0.1.0'
