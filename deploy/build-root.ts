/**
 * Runs the steps of deploy/Dockerfile without Docker: each stage is a bare Debian root made by debootstrap, each step
 * runs in it by chroot. What comes out is what the image would hold, as a folder, with what the image would say of
 * itself (variables, entry point) beside it as FOLDER.json.
 *
 * It needs root and debootstrap. Where an image brings a tool (Go, npm), this machine's own is shown to the stage, and
 * its caches where the Dockerfile mounts one. What a stage is before its first COPY is kept: it depends on nothing else.
 * Usage: node deploy/build-root.ts FOLDER
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { contextFiles, repository } from './context.ts'
import { type Instruction, parseAssignments, parseDockerfile } from './dockerfile.ts'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'atoll', 'roots')
/** What `--mount=type=cache` is for the tools that a stage is shown: they write to it. */
const caches = ['go/pkg/mod', '.cache/go-build', '.npm'].map((path) => join(homedir(), path))

/** Whom this machine trusts, where that is said by name. */
const certificates = process.env.SSL_CERT_FILE ?? process.env.NODE_EXTRA_CA_CERTS
const shownCertificates = '/run/certificates.pem'

/** Where Node's own packages for Debian put it. */
const npmFolder = '/usr/lib/node_modules/npm'
const target = process.argv[2]
if (!target) throw new Error('usage: node deploy/build-root.ts FOLDER')

interface Stage {
  root: string
  /** This machine's files that the stage sees, at the same place. */
  shown: string[]
  env: Record<string, string>
  workdir: string
  entrypoint: string[]
  command: string[]
  /** The steps so far, as long as nothing of the repository is in it. */
  recipe: string[] | undefined
}

let exported: string | undefined

buildRoot(target)

function buildRoot(folder: string): void {
  const work = mkdtempSync(join(workplace(), 'building-'))
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  try {
    for (const instruction of parseDockerfile(readFileSync(join(import.meta.dirname, 'Dockerfile'), 'utf8'))) {
      console.error(`${Math.round(performance.now() / 1000)} s: ${instruction.name} ${instruction.text.slice(0, 100)}`)
      if (instruction.name === 'FROM') {
        const [image = '', , name = String(stages.size)] = instruction.text.split(/\s+/)
        stage = beginStage(image, join(work, name))
        stages.set(name, stage)
      } else {
        step(stage!, stages, instruction)
      }
    }
    rmSync(folder, { recursive: true, force: true })
    const { root, env, entrypoint, command } = stage!
    run('cp', ['-a', root, folder])
    console.error(`the image has ${sizeOf(folder)} MB`)
    writeFileSync(`${folder}.json`, JSON.stringify({ env, entrypoint, command }, null, 2))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** In memory where there is enough: most of the time goes into thousands of small files. */
function workplace(): string {
  const memory = '/dev/shm'
  return existsSync(memory) && freeBytes(memory) > 3e9 ? memory : dirname(target!)
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

function beginStage(image: string, root: string): Stage {
  run('cp', ['-a', '--reflink=auto', debianRoot(), root])
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  return {
    root,
    shown: toolsOf(image),
    env: { PATH: image.startsWith('golang') ? `/usr/local/go/bin:${path}` : path },
    workdir: '/',
    entrypoint: [],
    command: [],
    recipe: [],
  }
}

/** A bare Debian, made once. */
function debianRoot(): string {
  const root = join(cache, 'debian-bookworm')
  if (existsSync(root)) return root
  mkdirSync(cache, { recursive: true })
  const making = mkdtempSync(join(cache, 'making-'))
  const mirror = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'])
  run('debootstrap', ['--variant=minbase', 'bookworm', making, mirror.toString().split('\n')[0]!])
  run('cp', ['-a', '/etc/apt/.', join(making, 'etc/apt')])
  run('chmod', ['755', making])
  renameSync(making, root)
  return root
}

function toolsOf(image: string): string[] {
  const home = homedir()
  const paths = ['/etc/resolv.conf']
  if (image.startsWith('golang')) paths.push('/usr/local/go', join(home, '.config/go/env'))
  if (image.startsWith('node')) paths.push('/usr/bin/node', npmFolder, '/etc/npmrc', join(home, '.npmrc'))
  for (const path of caches) mkdirSync(path, { recursive: true })
  return [...paths.filter((path) => existsSync(path)), ...caches]
}

function step(stage: Stage, stages: Map<string, Stage>, { name, options, text }: Instruction): void {
  const { root } = stage
  switch (name) {
    case 'WORKDIR':
      stage.workdir = text
      mkdirSync(join(root, text), { recursive: true })
      return
    case 'ENV':
      Object.assign(stage.env, parseAssignments(text))
      return
    case 'COPY':
      stage.recipe = undefined
      copy(stage, options.from === undefined ? context() : stages.get(options.from)!.root, text.split(/\s+/))
      return
    case 'RUN':
      runOnce(stage, text)
      return
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(text) as string[]
      return
    case 'CMD':
      stage.command = JSON.parse(text) as string[]
      return
    // They say something of the image, and change no file.
    case 'EXPOSE':
    case 'VOLUME':
    case 'STOPSIGNAL':
    case 'HEALTHCHECK':
      return
    default:
      throw new Error(`this script does not know ${name}`)
  }
}

/** The files of the repository that an image may be made from, in a folder of their own. */
function context(): string {
  if (exported) return exported
  exported = mkdtempSync(join(workplace(), 'context-'))
  const folder = exported
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  run('tar', ['-C', repository, '-cf', `${folder}.tar`, '--null', '-T', '-'], contextFiles().join('\0'))
  run('tar', ['-C', folder, '-xf', `${folder}.tar`])
  rmSync(`${folder}.tar`)
  return folder
}

function copy({ root, workdir }: Stage, from: string, paths: string[]): void {
  const last = paths.pop()!
  const to = join(root, isAbsolute(last) ? last : join(workdir, last))
  const isFolder = last.endsWith('/') || paths.length > 1 || last === '.'
  mkdirSync(isFolder ? to : dirname(to), { recursive: true })
  for (const path of paths) {
    const source = join(from, path)
    // As Docker does: of a folder the content is copied, not the folder.
    if (statSync(source).isDirectory()) run('cp', ['-a', `${source}/.`, to])
    else run('cp', ['-a', source, isFolder ? join(to, basename(path)) : to])
  }
}

function runOnce(stage: Stage, command: string): void {
  if (!stage.recipe) {
    runInside(stage, command)
    return
  }
  stage.recipe.push(command)
  const name = createHash('sha256')
    .update(JSON.stringify([stage.recipe, stage.env]))
    .digest('hex')
    .slice(0, 16)
  const kept = join(cache, `step-${name}`)
  if (!existsSync(kept)) {
    runInside(stage, command)
    const copying = mkdtempSync(join(cache, 'making-'))
    run('cp', ['-a', '--reflink=auto', `${stage.root}/.`, copying])
    renameSync(copying, kept)
  } else {
    rmSync(stage.root, { recursive: true })
    run('cp', ['-a', '--reflink=auto', kept, stage.root])
  }
}

/** In mount and process namespaces of its own, which end with the step whatever it leaves behind. */
function runInside({ root, shown, env, workdir }: Stage, command: string): void {
  const script = [
    ...shown.map((path) => showInside(root, path)),
    `mount --rbind /dev ${root}/dev`,
    ...showCertificates(root),
    ...(shown.includes(npmFolder)
      ? ['npm', 'npx'].map((name) => `ln -sf ${npmFolder}/bin/${name}-cli.js ${root}/usr/bin/${name}`)
      : []),
    `mount -t proc proc ${root}/proc`,
    `exec chroot ${root} /bin/sh -ec 'cd "$WORKDIR"; eval "$COMMAND"'`,
  ]
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private']
  execFileSync('unshare', [...namespaces, 'bash', '-euc', script.join('\n')], {
    env: {
      ...env,
      ...(certificates && { NODE_EXTRA_CA_CERTS: shownCertificates, SSL_CERT_FILE: shownCertificates }),
      HOME: homedir(),
      DEBIAN_FRONTEND: 'noninteractive',
      WORKDIR: workdir,
      COMMAND: command,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 900_000,
  })
}

function showInside(root: string, path: string): string {
  const made = statSync(path).isFile()
    ? `mkdir -p ${root}${dirname(path)}; touch ${root}${path}`
    : `mkdir -p ${root}${path}`
  return `${made}; mount --bind -o ${caches.includes(path) ? 'rw' : 'ro'} ${path} ${root}${path}`
}

/** Not at its own place, which is the root's to write to: the package ca-certificates does. */
function showCertificates(root: string): string[] {
  if (!certificates) return []
  return [`touch ${root}${shownCertificates}`, `mount --bind -o ro ${certificates} ${root}${shownCertificates}`]
}

function sizeOf(folder: string): string {
  return execFileSync('du', ['-sm', folder]).toString().split('\t')[0]!
}

function run(program: string, args: string[], input?: string): void {
  execFileSync(program, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'], input })
}
