import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CommandError } from './errors.ts'
import { readSecret, readSettings, type SettingName, settingsTable } from './settings.ts'

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(readSettings({}, {})).toMatchObject({ port: 4000, host: '::', url: 'http://localhost:4000', watch: true })
  })

  it('prefers a flag to the environment, and the environment to the default', () => {
    expect(readSettings({ port: '4002' }, { PORT: '4001' }).port).toBe(4002)
    expect(readSettings({}, { PORT: '4001' }).port).toBe(4001)
  })

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings({}, { PORT: '' }).port).toBe(4000)
  })

  it('derives the public address from the port until one is given', () => {
    expect(readSettings({}, { PORT: '5000' }).url).toBe('http://localhost:5000')
    expect(readSettings({}, { ATOLL_URL: 'https://example.org/' }).url).toBe('https://example.org')
  })

  it.each([
    ['PORT', '70000', 'PORT: found "70000", wanted a port number from 0 to 65535'],
    ['PORT', 'http', 'PORT: found "http", wanted a port number from 0 to 65535'],
    [
      'ATOLL_URL',
      'example.org',
      'ATOLL_URL: found "example.org", wanted an address like https://example.org, without a path',
    ],
    ['ATOLL_URL', 'https://example.org/blog', /without a path/],
    ['ATOLL_WATCH', 'maybe', 'ATOLL_WATCH: found "maybe", wanted yes or no'],
    ['ATOLL_LOG_LEVEL', 'loud', /one of debug, info, warn, error, silent/],
  ])('names %s, what was found and what would be right', (env, value, message) => {
    expect(() => readSettings({}, { [env]: value })).toThrow(message)
    expect(() => readSettings({}, { [env]: value })).toThrow(CommandError)
  })

  it('names the flag when the flag is wrong', () => {
    expect(() => readSettings({ port: 'x' }, {})).toThrow('--port: found "x"')
  })

  it('never prints a secret', () => {
    const refused = () => readSettings({}, { ATOLL_SECRET: 'too-short-to-be-one' })
    expect(refused).toThrow('ATOLL_SECRET: found 19 characters')
    expect(refused).not.toThrow(/too-short/)
  })
})

describe('readSecret', () => {
  it('is made once, for its owner only', () => {
    const data = mkdtempSync(join(tmpdir(), 'atoll-secret-'))
    onTestFinished(() => rmSync(data, { recursive: true }))
    const settings = readSettings({ data }, {})
    const secret = readSecret(settings)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(readSecret(settings)).toBe(secret)
    expect(statSync(join(data, 'secret')).mode & 0o777).toBe(0o600)
  })

  it('is the one that was set', () => {
    const secret = 'a-secret-of-more-than-32-characters'
    expect(readSecret(readSettings({}, { ATOLL_SECRET: secret }))).toBe(secret)
  })
})

describe('docs/settings.md', () => {
  it('lists every setting as the table has it', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/settings.md'), 'utf8')
    for (const name of Object.keys(settingsTable) as SettingName[]) {
      const { env, flag, default: fallback, summary } = settingsTable[name]
      expect(page).toContain(
        `| \`${env}\` | ${flag ? `\`${flag.replace('|', '\\|')}\`` : ''} | \`${fallback}\` | ${summary} |`,
      )
    }
  })
})
