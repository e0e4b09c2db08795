import { sql } from 'kysely'
import { z } from 'zod'
import { defineOperation, type RepoSchema, type RepoTables } from '../../packages/repo/src/index.ts'

/** What the tests of the data layer keep: nothing here is of the blog. */
export interface Tables extends RepoTables {
  numbers: { id: number; n: number; node: string }
  accounts: { id: number; balance: number }
  pairs: { id: number; name: string; part: string }
  counters: { name: string; value: number }
  things: { id: number; value: unknown; kind: string | null; bytes: Uint8Array | null }
}

const define = defineOperation<Tables>()

/** No rule keeps a number from being there twice: the tests count. */
export const addNumber = define({
  name: 'numbers.add',
  version: 1,
  input: z.object({ n: z.number(), node: z.string() }),
  async run(tx, { n, node }) {
    await tx
      .insertInto('numbers')
      .values({ n, node } as never)
      .execute()
    return n
  },
})

export const transfer = define({
  name: 'accounts.transfer',
  version: 1,
  input: z.object({ from: z.number(), to: z.number(), amount: z.number() }),
  async run(tx, { from, to, amount }) {
    const { balance } = await tx
      .selectFrom('accounts')
      .select('balance')
      .where('id', '=', from)
      .executeTakeFirstOrThrow()
    if (balance < amount) throw new Error(`account ${from} has only ${balance}`)
    await tx
      .updateTable('accounts')
      .set({ balance: balance - amount })
      .where('id', '=', from)
      .execute()
    // Between the two, every other reader and writer has its chance to be wrong.
    const other = await tx.selectFrom('accounts').select('balance').where('id', '=', to).executeTakeFirstOrThrow()
    await tx
      .updateTable('accounts')
      .set({ balance: other.balance + amount })
      .where('id', '=', to)
      .execute()
    return balance - amount
  },
})

export const openAccounts = define({
  name: 'accounts.open',
  version: 1,
  input: z.object({ count: z.number(), balance: z.number() }),
  async run(tx, { count, balance }) {
    for (let id = 1; id <= count; id++) await tx.insertInto('accounts').values({ id, balance }).execute()
  },
})

export const addPart = define({
  name: 'pairs.add',
  version: 1,
  input: z.object({ name: z.string(), part: z.string() }),
  async run(tx, { name, part }) {
    await tx
      .insertInto('pairs')
      .values({ name, part } as never)
      .execute()
  },
})

/** Reads, waits for its turn among others, and writes what it read plus one. */
export const increment = define({
  name: 'counters.increment',
  version: 1,
  input: z.object({ name: z.string() }),
  async run(tx, { name }) {
    const before = await tx.selectFrom('counters').select('value').where('name', '=', name).executeTakeFirst()
    await Promise.resolve()
    const value = (before?.value ?? 0) + 1
    await sql`insert into counters values (${name}, ${value}) on conflict (name) do update set value = excluded.value`.execute(
      tx,
    )
    return value
  },
})

/** Gives back what it is given, and what SQLite made of it. */
export const keepThing = define({
  name: 'things.keep',
  version: 1,
  input: z.any(),
  async run(tx, input: { bytes?: Uint8Array; text?: string; fail?: boolean; everything?: unknown }) {
    const { bytes = null, text = null } = input
    if (input.fail) await sql`insert into counters values (null, 1)`.execute(tx)
    const row = await tx
      .insertInto('things')
      .values({ value: text, kind: typeof text, bytes } as never)
      .returning(['id', 'value', 'bytes'])
      .executeTakeFirstOrThrow()
    return { row, everything: input.everything }
  },
})

export const schema: RepoSchema = {
  migrations: {
    '001-data': {
      async up(db) {
        await sql`create table numbers (id integer primary key, n integer not null, node text not null)`.execute(db)
        await sql`create table accounts (id integer primary key, balance integer not null)`.execute(db)
        await sql`create table pairs (id integer primary key, name text not null, part text not null)`.execute(db)
        await sql`create table counters (name text primary key not null, value integer not null) without rowid`.execute(
          db,
        )
        await sql`create table things (id integer primary key, value, kind text, bytes blob)`.execute(db)
      },
    },
  },
  operations: [addNumber, transfer, openAccounts, addPart, increment, keepThing] as never[],
}
