/**
 * Prints which of the given keys reacted: each as often as it was carried out. Arguments: the database, and a file with
 * pairs of a key and the person it is in the database.
 */
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'

const [file, keysFile] = process.argv.slice(2) as [string, string]
const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as [string, string][]
const database = new Database(file, { readonly: true, timeout: 5000 })
const isThere = database.prepare("select 1 from reactions where post = 'hello' and kind = '👍' and person = ?").pluck()
const present = database.transaction(() => keys.filter(([, person]) => isThere.get(person) === 1).map(([key]) => key))()
// The second of two taps takes the first one back, and its stored result says so: no client taps twice.
const takenBack = database.prepare(`select outcome from results where outcome like '%"toggled",false,%'`).pluck().all()
console.log(JSON.stringify([...present, ...takenBack.flatMap((outcome) => [outcome, outcome])]))
