import SQLite from 'better-sqlite3'

/** Tries one write beside the layer, and takes it back if it is let in. Its argument is the file. */
const outcome = (() => {
  try {
    const database = new SQLite(process.argv[2]!, { fileMustExist: true, timeout: 2000 })
    database.exec("insert into verifications (run, value) values ('direct', 'one')")
    database.exec("delete from verifications where run = 'direct'")
    return 'written'
  } catch (error) {
    // Anything else, such as a table that is missing, kept the write from being tried.
    return /^SQLITE_(?:IOERR|READONLY)/.test((error as { code: string }).code) ? 'refused' : 'not tried'
  }
})()
process.send?.(outcome, () => process.exit(0))
