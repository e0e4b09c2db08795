/**
 * One byte before every value. A number never gets another meaning: a release that meets a tag it does not know refuses
 * the message, so a new kind of value is sent only to peers whose hello says that they read it.
 */
export const tags = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** Sign byte (0 or 1), variable-length magnitude: whole numbers of at most 53 bits, except -0. */
  integer: 4,
  /** Eight bytes, big-endian: every other number. */
  double: 5,
  /** Sign byte (0 or 1), length, magnitude big-endian. */
  bigint: 6,
  /** Length in bytes, UTF-8. */
  string: 7,
  /** Length in bytes, UTF-16LE: strings with lone surrogates, which UTF-8 cannot say. */
  brokenString: 8,
  /** Length, bytes. */
  bytes: 9,
  /** Milliseconds since 1970 as a double; NaN for an invalid date. */
  date: 10,
  /** Count, values. */
  array: 11,
  /** Count, then for each property its name (a string without tag) and value, in order. */
  object: 12,
} as const

/** Deeper values are refused: both sides walk them with the stack. */
export const maxDepth = 100
