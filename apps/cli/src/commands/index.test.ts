import { expect, it } from 'vitest'
import { loadCommands } from './index.ts'

it('finds each command by the word that the help shows for it', async () => {
  for (const command of await loadCommands(undefined)) {
    expect(await loadCommands(command.usage.split(' ')[0])).toEqual([command])
  }
})

it('loads every command for a word that is none', async () => {
  expect(await loadCommands('toString')).toEqual(await loadCommands(undefined))
})
