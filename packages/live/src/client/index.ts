export type { Said, Told } from '../protocol.ts'
export { type Connection, type ConnectionOptions, type ConnectionState, connect } from './connection.ts'
export { type LineKind, type OpenLine, openLine } from './lines.ts'
export { timedId } from './timed-id.ts'
