import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './atoll.ts'
import { run } from './load.ts'

/**
 * The programs we measure against live in folders of their own, with versions of their own, and are installed the
 * first time a benchmark asks for them.
 *
 * Ghost 6.65 is not among them: `npm install ghost` ends at archives that its package has inside, and the unpacked package
 * at two versions of knex that exclude each other. Its own installer asks for Node 22 or 24, which nothing here has.
 */
const peers = join(import.meta.dirname, 'peers')

export type Peer = 'astro' | 'eleventy' | 'lighthouse'

export async function installPeer(name: Peer): Promise<string> {
  const folder = join(peers, name)
  if (!existsSync(join(folder, 'node_modules'))) {
    console.log(`installing ${name}…`)
    await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder })
  }
  return folder
}

/** Builds a folder of posts with Astro or Eleventy, caches cold, and returns the seconds the whole command took. */
export async function buildWith(name: 'astro' | 'eleventy', content: string): Promise<number> {
  const folder = await installPeer(name)
  for (const cache of ['dist', '_site', '.astro', '.cache', 'node_modules/.astro', 'node_modules/.vite', 'posts']) {
    rmSync(join(folder, cache), { recursive: true, force: true })
  }
  copyPosts(content, join(folder, 'posts'))
  const startedAt = performance.now()
  await run(process.execPath, commands[name], { cwd: folder, env: { ASTRO_TELEMETRY_DISABLED: '1' } })
  const seconds = (performance.now() - startedAt) / 1000
  const pages = countPages(join(folder, name === 'astro' ? 'dist/client' : '_site'))
  if (pages === 0) throw new Error(`${name} built no pages`)
  return seconds
}

/** Astro's own Node server with the same posts, rendered on request. */
export async function astroServer(
  content: string,
  slug: string,
): Promise<{ url: string; stop: () => Promise<void> } | undefined> {
  try {
    await buildWith('astro', content)
  } catch (error) {
    console.log(`astro is left out: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    return undefined
  }
  const port = await freePort()
  const child = spawn(process.execPath, ['dist/server/entry.mjs'], {
    cwd: join(peers, 'astro'),
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}/posts/${slug}`
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`astro's server ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { url, stop: async () => void child.kill() }
}

const commands = {
  astro: ['node_modules/astro/bin/astro.mjs', 'build'],
  eleventy: ['node_modules/@11ty/eleventy/cmd.cjs', '--quiet'],
}

function copyPosts(content: string, to: string) {
  mkdirSync(to, { recursive: true })
  cpSync(join(content, 'posts'), to, { recursive: true })
  // Eleventy reads `tags` as collections and dates its pages by a key of its own; the text stays the same.
  for (const file of readdirSync(to)) {
    const text = readFileSync(join(to, file), 'utf8')
    writeFileSync(
      join(to, file),
      text.replace(/^slug: (.*)$/m, 'slug: $1\nlayout: post.html\npermalink: /posts/$1/index.html'),
    )
  }
}

function countPages(folder: string): number {
  if (!existsSync(folder)) return 0
  return readdirSync(folder, { recursive: true }).filter((path) => String(path).endsWith('.html')).length
}
