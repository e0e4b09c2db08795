/**
 * The one build step: compiles JSX and joins the program into `dist/`, with the worker threads as entries of their
 * own, and the browser's files into `dist/static/`, named by their content. `--if-stale` does nothing when `dist/`
 * is newer than every source.
 */
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'

const root = import.meta.dirname
const finished = join(root, 'dist')
/** Takes the place of `dist/` when it is whole, so that a failed build leaves the last good one. */
const dist = join(root, `dist.${process.pid}`)
const staticFolder = join(dist, 'static')
const manifestFile = join(finished, 'static', 'manifest.json')
const web = join(root, 'apps/web/src')

/** Files of former builds, with the time (in ms) since when they are no part of the build. */
const formerFiles = 'former.json'
/** A program that was started before a build goes on loading its own files, whose names hold their hashes, for so long. */
const formerMs = 24 * 60 * 60 * 1000

/** Packages with binaries, or with hundreds of files of which a run needs three. */
const external = [/^better-sqlite3$/, /^sharp$/, /^satteri$/, /^@shikijs\/(langs|themes)/, /^shiki\/langs/]

const browserScripts = ['index', 'theme']
const fontFaces = { 'plex-400': '400-normal', 'plex-400-italic': '400-italic', 'plex-700': '700-normal' }

if (!process.argv.includes('--if-stale') || isStale()) await build()

async function build() {
  if (!isInstalled('rolldown')) {
    if (existsSync(manifestFile)) return
    throw new Error('nothing is built, and the tools that build are not installed: run `npm ci` without --omit=dev')
  }
  mkdirSync(staticFolder, { recursive: true })
  try {
    await buildProgram()
    await buildStatic()
    keepFormerFiles()
    const replaced = `${dist}.replaced`
    if (existsSync(finished)) renameSync(finished, replaced)
    renameSync(dist, finished)
    rmSync(replaced, { recursive: true, force: true })
  } finally {
    rmSync(dist, { recursive: true, force: true })
  }
}

function keepFormerFiles() {
  const now = Date.now()
  const known = existsSync(join(finished, formerFiles)) ? readFileSync(join(finished, formerFiles), 'utf8') : '{}'
  const since: Record<string, number> = JSON.parse(known)
  const kept = globSync('chunks/*.js', { cwd: finished })
    .filter((path) => !existsSync(join(dist, path)) && now - (since[path] ?? now) < formerMs)
    .map((path) => [path, since[path] ?? now] as const)
  for (const [path] of kept) copyFileSync(join(finished, path), join(dist, path))
  writeFileSync(join(dist, formerFiles), JSON.stringify(Object.fromEntries(kept), null, 2))
}

async function buildProgram() {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: { atoll: join(root, 'apps/cli/src/main.ts') },
    platform: 'node',
    external,
    tsconfig: join(root, 'tsconfig.json'),
    // What a package's index exports and nobody of a chunk uses is not loaded with it.
    treeshake: { moduleSideEffects: [{ test: /[\\/](apps|packages)[\\/]\w+[\\/]src[\\/]/, sideEffects: false }] },
    plugins: [workerUrls()],
    onLog: failOnWarning,
  })
  await bundle.write({
    dir: dist,
    format: 'esm',
    sourcemap: true,
    minify: false,
    // V8 keeps the source of what it runs in memory.
    comments: false,
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
}

/** Makes `new URL('./worker.ts', import.meta.url)` an entry, and the address of what it is compiled to. */
function workerUrls() {
  const pattern = /new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g
  return {
    name: 'worker-urls',
    async transform(this: import('rolldown').TransformPluginContext, code: string, id: string) {
      if (!code.includes('new URL(')) return null
      const found = [...code.matchAll(pattern)]
      let result = code
      for (const [expression, path] of found) {
        const entry = await this.resolve(path!, id)
        if (!entry) throw new Error(`${id}: ${path} does not exist`)
        const folder = basename(join(entry.id, '..'))
        const name = `${folder}-${basename(entry.id, '.ts')}`.replace(/^src-/, '')
        const reference = this.emitFile({ type: 'chunk', id: entry.id, name })
        result = result.replace(expression!, `new URL(import.meta.ROLLUP_FILE_URL_${reference})`)
      }
      return found.length > 0 ? { code: result, map: null } : null
    },
  }
}

async function buildStatic() {
  const manifest: Record<string, string> = {}
  const keep = (name: string, bytes: Uint8Array | string) => {
    const [stem, extension] = [name.replace(/\.[^.]+$/, ''), name.slice(name.lastIndexOf('.'))]
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 10)
    manifest[name] = `${stem}-${hash}${extension}`
    writeFileSync(join(staticFolder, manifest[name]), bytes)
  }
  for (const [name, face] of Object.entries(fontFaces)) keep(`${name}.woff2`, readFileSync(fontFile(face)))
  for (const name of browserScripts) {
    const script = join(web, `browser/${name}.ts`)
    if (existsSync(script)) keep(`${name === 'index' ? 'app' : name}.js`, await bundleForBrowser(script))
  }
  keep('app.css', await bundleStyles(join(web, 'styles/index.css'), manifest))
  writeFileSync(join(staticFolder, 'manifest.json'), JSON.stringify(manifest, null, 2))
}

async function bundleForBrowser(input: string): Promise<string> {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input,
    platform: 'browser',
    tsconfig: join(root, 'tsconfig.json'),
    onLog: failOnWarning,
  })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  return output[0].code
}

async function bundleStyles(filename: string, manifest: Record<string, string>): Promise<string> {
  const { bundle } = await import('lightningcss')
  const { code } = bundle({
    filename,
    minify: true,
    targets: { chrome: 120 << 16, firefox: 120 << 16, safari: (17 << 16) | (2 << 8) },
    visitor: {
      Url({ url, loc }) {
        const hashed = manifest[basename(url)]
        if (!hashed && !url.startsWith('data:')) throw new Error(`styles name ${url}, which the build does not have`)
        return { url: hashed ?? url, loc }
      },
    },
  })
  return code.toString()
}

function failOnWarning(level: string, log: { message?: string; code?: string }) {
  if (level === 'warn') throw new Error(`build: ${log.message ?? log.code}`)
}

function isStale(): boolean {
  if (!existsSync(manifestFile)) return true
  const builtAt = statSync(manifestFile).mtimeMs
  const sources = globSync(['build.ts', 'package-lock.json', '{apps,packages}/*/{src,bin}/**/*'], { cwd: root })
  return sources.some((path) => statSync(join(root, path)).mtimeMs > builtAt)
}

function fontFile(face: string): string {
  return createRequire(join(web, 'x')).resolve(`@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-${face}.woff2`)
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}
