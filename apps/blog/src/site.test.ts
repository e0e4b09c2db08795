import { describe, expect, it } from 'vitest'
import { defaultSite, sourceUrlOf } from './site.ts'
import { isCssColour } from './site-colours.ts'
import { parseSite } from './site-parse.ts'

const full = `
title: Ana's notebook
description: Notes about the sea
author: { name: Ana, url: https://ana.example }
language: pt-br
time_zone: Europe/Lisbon
navigation:
  - label: Start
    href: /
  - label: Elsewhere
    href: https://elsewhere.example
taglines:
  - fresh from the pier
source_url: https://git.example/ana
file_url: https://git.example/ana/blob/main/content/{path}
colours:
  accent: "#00afff"
  light:
    accent: oklch(45% 0.15 230)
    background: seashell
discord_id: 123456789012345678
reactions: [👍, wow]
introduction: |
  Hello, *sea*.
`

describe('parseSite', () => {
  it('reads every key', () => {
    const { site, problems } = parseSite(full)
    expect(problems).toEqual([])
    expect(site).toEqual({
      title: "Ana's notebook",
      description: 'Notes about the sea',
      author: { name: 'Ana', url: 'https://ana.example' },
      language: 'pt-BR',
      timeZone: 'Europe/Lisbon',
      navigation: [
        { label: 'Start', href: '/' },
        { label: 'Elsewhere', href: 'https://elsewhere.example' },
      ],
      taglines: ['fresh from the pier'],
      sourceUrl: 'https://git.example/ana',
      fileUrl: 'https://git.example/ana/blob/main/content/{path}',
      colours: {
        light: { accent: 'oklch(45% 0.15 230)', background: 'seashell' },
        dark: { accent: '#00afff' },
      },
      discordId: '123456789012345678',
      reactions: ['👍', 'wow'],
      introduction: 'Hello, *sea*.\n',
      introductionHtml: '',
      icons: [],
    })
  })

  it.each(['', '# nothing yet\n', 'title:\ndescription: ""\n'])('gives the defaults for %j', (text) => {
    expect(parseSite(text)).toMatchObject({ site: defaultSite, problems: [] })
  })

  it('takes every value as the text that is written', () => {
    const { site } = parseSite('title: 1984\ndescription: no\nauthor: Ana\n')
    expect(site).toMatchObject({ title: '1984', description: 'no', author: { name: 'Ana' } })
  })

  it('warns of a key it does not know and names the one that was meant', () => {
    const { site, problems } = parseSite('title: Sea\ncolors:\n  accent: red\n')
    expect(site.title).toBe('Sea')
    expect(problems).toEqual([
      {
        path: 'site.yaml',
        line: 2,
        severity: 'warning',
        code: 'unknown_key',
        message: 'unknown key "colors"; did you mean "colours"?',
      },
    ])
  })

  it('keeps the default of a wrong key, and everything else', () => {
    const { site, problems } = parseSite('title: Sea\nlanguage: "the language"\ntime_zone: Mars/Base\n')
    expect(site).toMatchObject({ title: 'Sea', language: 'en', timeZone: 'UTC' })
    expect(problems.map(({ line, code, severity }) => [line, code, severity])).toEqual([
      [2, 'bad_value', 'error'],
      [3, 'bad_value', 'error'],
    ])
  })

  it('refuses a whole list for one wrong item, and says where the item is', () => {
    const { site, problems } = parseSite(
      'navigation:\n  - label: A\n    href: /a\n  - label: B\n    href: javascript:x\n',
    )
    expect(site.navigation).toEqual(defaultSite.navigation)
    expect(problems).toMatchObject([{ line: 5, message: expect.stringMatching(/^navigation\.1\.href: /) }])
  })

  it('refuses one colour and keeps the others', () => {
    const { site, problems } = parseSite('colours:\n  accent: red\n  dark:\n    link: "red; } body { display: none"\n')
    expect(site.colours).toEqual({ light: { accent: 'red' }, dark: { accent: 'red' } })
    expect(problems).toMatchObject([{ line: 4, code: 'bad_value' }])
  })

  it.each([
    ['author: "line\\nbreak"', 'author.name: has several lines'],
    ['author: [Ana]', 'author: expected keys and values'],
    ['title: [a, b]', 'title: expected text'],
    ['navigation: home', 'navigation: expected a list of links, each with a label and a href'],
    ['navigation: [home]', 'navigation.0: expected a label and a href'],
    ['source_url: ftp://x.example', 'source_url: expected an address that starts with https:// or http://'],
    ['file_url: https://x.example/blob', 'file_url: expected {path} where the path of the file goes'],
    ['discord_id: ana', 'discord_id: expected the digits of a Discord user id'],
    ['colours: blue', 'colours: expected keys and values'],
  ])('says what is wrong with %j', (text, message) => {
    expect(parseSite(text)).toMatchObject({ site: defaultSite, problems: [{ line: 1, message }] })
  })

  it.each(['title: "unfinished', 'a: b: c', '- title', 'just words', 'title: a\ntitle: b', '\t- x', 'x: *missing'])(
    'reports %j, which is not a file of settings',
    (text) => {
      const { site, problems } = parseSite(text, 'site.yaml')
      expect(site).toEqual(defaultSite)
      expect(problems).toMatchObject([{ severity: 'error', code: 'bad_yaml', line: expect.any(Number) }])
    },
  )
})

describe('isCssColour', () => {
  it.each([
    '#0af',
    '#00AFFF80',
    'rebeccapurple',
    'rgb(0 128 255 / 50%)',
    'hsl(-30deg, 100%, 50%)',
    'oklab(40% -0.1 0)',
  ])('accepts %s', (text) => expect(isCssColour(text)).toBe(true))

  it.each([
    '',
    '#12345',
    'var(--x)',
    'url(x)',
    'red;',
    'rgb(0 0 0',
    'rgb(0 0 0) url(x)',
    'inherit',
    'a"b',
    'rgb(/**/)',
  ])('refuses %j', (text) => expect(isCssColour(text)).toBe(false))
})

describe('sourceUrlOf', () => {
  it('puts the path of the file into the address', () => {
    const site = { ...defaultSite, fileUrl: 'https://git.example/blob/content/{path}' }
    expect(sourceUrlOf(site, 'posts/2026/a b$&.md')).toBe('https://git.example/blob/content/posts/2026/a%20b%24%26.md')
  })

  it('is absent for a site that does not say where its files are', () => {
    expect(sourceUrlOf(defaultSite, 'posts/a.md')).toBeUndefined()
  })
})
