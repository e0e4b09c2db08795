export { type CompareOptions, compareDatabases, type Row, type SalvagedRow, type Value } from './compare.ts'
export { listCopies, type SalvageCopy } from './copies.ts'
