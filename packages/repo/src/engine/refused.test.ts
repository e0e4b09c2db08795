import { describe, expect, it } from 'vitest'
import { assertAllowed } from './refused.ts'

describe('assertAllowed', () => {
  it.each([
    'VACUUM',
    '  vacuum into ?',
    '/* a comment */ vacuum',
    '-- a comment\nvacuum',
    "attach 'x.db' as x",
    'detach x',
    'begin',
    'end',
    'commit',
    'rollback to x',
    'savepoint x',
    'release x',
    'pragma journal_mode = delete',
    'pragma main.journal_mode(delete)',
    'PRAGMA /* sly */ "main"."journal_mode" = delete',
    'pragma locking_mode = exclusive',
    'pragma auto_vacuum = full',
    'pragma incremental_vacuum',
    'pragma incremental_vacuum(10)',
    'pragma wal_checkpoint(truncate)',
    'pragma foreign_keys = off',
    'pragma writable_schema = on',
  ])('refuses %s', (sql) => {
    expect(() => assertAllowed(sql)).toThrow(expect.objectContaining({ code: 'refused_statement' }))
  })

  it('gives the reason', () => {
    expect(() => assertAllowed('pragma journal_mode = delete')).toThrow(/ends every LiteFS replica/)
    expect(() => assertAllowed('vacuum')).toThrow(/LiteFS stops for good/)
  })

  it.each([
    'select 1',
    'insert into vacuum values (1)',
    'with begin as (select 1) select * from begin',
    'pragma journal_mode',
    'pragma table_info(notes)',
    'pragma main.user_version = 3',
    'explain query plan select 1',
    'create table attach_points (id)',
  ])('lets %s through', (sql) => {
    expect(() => assertAllowed(sql)).not.toThrow()
  })
})
