import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ErrorData } from '../errors.ts'
import { RepoError } from '../errors.ts'
import { createDatabase, type EngineEvents, type Engines, hear } from './database.ts'
import type { DatabaseHost } from './database-host.ts'
import { createLink, type Fate, type Link } from './link.ts'
import {
  type EngineAnswer,
  type EngineData,
  type EngineRequest,
  type FromEngine,
  startWriter,
  type ToProcess,
  writerPipe,
} from './messages.ts'
import { openPipe } from './pipe.ts'
import { openReadings, type Reading } from './reading-mark.ts'
import { watchReadings } from './watch-readings.ts'

export interface ProcessHostOptions extends EngineData {
  /** Gets what the process prints: nothing, while all is well. */
  onOutput: (text: string) => void
  /** A process that answers nothing for so many seconds in a row is killed and replaced. */
  frozenAfterS?: number
}

/** Doubles with each process that ends soon after its start. */
const firstPauseMs = 50
const longestPauseMs = 5000
/** A process that lived this long was a good one. */
const goodLifeMs = 10_000
/** Reads wait so long for the next process before they fail. */
const readPatienceMs = 2000
const pingEveryMs = 500
/** See `checkFile` of the host. Looks rather than time: a machine that is busy slows them too. */
const checks = 20
const checkEveryMs = 50

interface Generation {
  child: ChildProcess
  reader: Link
  writer: Link
  hasWriter(): boolean
  stopWatching(): void
}

/**
 * Keeps all connections in one child process. SQLite maps a file of LiteFS's into memory, so it can end with LiteFS;
 * this process, with its sockets and its cached pages, goes on and starts another.
 */
export function openProcessHost({ onOutput, frozenAfterS = 4, ...data }: ProcessHostOptions): DatabaseHost {
  return createDatabase((events) => superviseProcess(data, { onOutput, frozenAfterS, events }))
}

interface Supervision {
  onOutput: (text: string) => void
  frozenAfterS: number
  events: EngineEvents
}

function superviseProcess(data: EngineData, { onOutput, frozenAfterS, events }: Supervision): Engines {
  const readings = openReadings()
  const endedOnce = new WeakSet<EngineRequest>()
  const waitingForNext = new Set<(link: Link | undefined) => void>()
  let pauseMs = firstPauseMs
  let restart: NodeJS.Timeout | undefined
  let isEnding = false
  let longestReadMs = Number.POSITIVE_INFINITY
  let current = start({ withWriter: false })

  return {
    reader: () => current.reader,
    readers: () => [current.reader],
    writer: () => current.writer,
    limitReads(longestMs) {
      longestReadMs = longestMs
    },
    checkFile,
    async end() {
      isEnding = true
      clearTimeout(restart)
      for (const give of waitingForNext) give(undefined)
      await endOf(current.child)
      current.stopWatching()
      readings.close()
    },
  }

  function start({ withWriter }: { withWriter: boolean }): Generation {
    const startedAt = performance.now()
    readings.clear()
    const child = fork(fileURLToPath(new URL('./database-process.ts', import.meta.url)), [JSON.stringify(data)], {
      serialization: 'advanced',
      execArgv: [],
      // Fewer allocation arenas: threads that take turns need none of their own. And what is large is given back whenever
      // it is free: glibc else raises the size from which it does so, as long messages come (mallopt(3)).
      env: { ...process.env, MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' },
      // Never ours: a child that is left behind would keep the output of its grandparents open.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', readings.descriptor, 'pipe'],
    })
    // A failed send is a process that is about to be noticed as gone.
    const send = (message: ToProcess) => void child.send(message, () => {})
    const reader = createLink({ transport: { send }, whenEnded: answerForTheDead })
    let hasWriter = false
    const openWriter = () => {
      if (!hasWriter) send(startWriter)
      hasWriter = true
    }
    // Else not before it is asked: a replica has no use for the thread.
    if (withWriter) openWriter()
    const writer = linkToWriter(child, openWriter)
    let blamed: Reading | undefined
    const endByForce = () => {
      blamed ??= readings.look()
      child.kill('SIGKILL')
    }
    const watches = [
      watchPulse({ frozenAfterS, ping: () => reader.ask({ kind: 'ping' }), onFrozen: endByForce }),
      watchReadings({
        pid: child.pid,
        look: readings.look,
        longestMs: () => Math.min(longestReadMs, 1000 * frozenAfterS),
        onTooLong: endByForce,
      }),
    ]
    const stopWatching = () => {
      for (const watch of watches) watch.stop()
    }
    child.stdout!.setEncoding('utf8').on('data', onOutput)
    child.stderr!.setEncoding('utf8').on('data', onOutput)
    child.on('message', (message: FromEngine) => hear(message, reader, events))
    child.on('error', () => {})
    child.once('exit', (code, signal) => {
      stopWatching()
      reader.end(blamed?.request)
      writer.end()
      if (isEnding) return
      const reason = blamed ? 'it was in a read for too long' : (signal ?? `exit ${code}`)
      events.onLost(new RepoError('database_unavailable', `the database process ended: ${reason}`))
      if (blamed || performance.now() - startedAt > goodLifeMs) pauseMs = firstPauseMs
      restart = setTimeout(replace, pauseMs)
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    })
    return { child, reader, writer, hasWriter: () => hasWriter, stopWatching }
  }

  function checkFile() {
    const { child, reader, writer, hasWriter } = current
    let looks = 0
    const looking = setInterval(() => {
      if (++looks === checks) child.kill('SIGKILL')
    }, checkEveryMs).unref()
    const answers = [reader.ask({ kind: 'check_file' }), ...(hasWriter() ? [writer.ask({ kind: 'ping' })] : [])]
    void Promise.all(answers).then(() => clearInterval(looking))
  }

  /** Straight to its thread, so that no read of the process stands between a commit and its answer. */
  function linkToWriter(child: ChildProcess, startThread: () => void): Link {
    const pipe = openPipe(child.stdio.at(writerPipe) as Socket, (message: FromEngine) => hear(message, link, events))
    const link = createLink({
      transport: {
        send(requests) {
          startThread()
          pipe.send(requests)
        },
      },
      whenEnded: answerForTheDead,
    })
    return link
  }

  function replace() {
    current = start({ withWriter: current.hasWriter() })
    events.onReplaced()
    for (const give of waitingForNext) give(current.reader)
    waitingForNext.clear()
  }

  /**
   * What was asked of a process that ended. A read is asked again, but not for ever when it is what the process was
   * ended for: the second time it was no accident. Whether a write happened, only its key can tell.
   */
  async function answerForTheDead(request: EngineRequest, fate: Fate): Promise<EngineAnswer> {
    if (request.kind === 'read' && fate === 'blamed') {
      if (endedOnce.has(request)) return { kind: 'failed', error: tooLong(request.request.statements[0]?.sql) }
      endedOnce.add(request)
    }
    if (request.kind === 'read' || request.kind === 'classify') {
      const next = await nextLink()
      if (next) return next.ask(request)
    }
    const isInDoubt = fate !== 'unsent' && request.kind === 'write'
    const error: ErrorData = isInDoubt
      ? { code: 'outcome_unknown', message: 'the database process ended before it answered' }
      : { code: 'database_unavailable', message: 'the database process has ended; another one is being started' }
    return { kind: 'failed', error }
  }

  function nextLink(): Promise<Link | undefined> {
    if (isEnding) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const give = (link: Link | undefined) => {
        clearTimeout(timer)
        waitingForNext.delete(give)
        resolve(link)
      }
      const timer = setTimeout(give, readPatienceMs, undefined)
      waitingForNext.add(give)
    })
  }
}

function tooLong(sql = ''): ErrorData {
  return { code: 'read_too_long', message: `it held a read transaction for too long, twice: ${sql.slice(0, 200)}` }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.disconnect()
  await ended
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

interface Pulse {
  frozenAfterS: number
  ping: () => Promise<unknown>
  onFrozen: () => void
}

/** Loading the application's code takes longer than an answer. */
const startPatienceS = 30

/** Counts pings rather than time: after this process itself was frozen, the other one deserves a chance to answer. */
function watchPulse({ frozenAfterS, ping, onFrozen }: Pulse) {
  let unanswered = 1
  let patienceS = startPatienceS
  const onAnswer = () => {
    unanswered = 0
    patienceS = frozenAfterS
  }
  const timer = setInterval(() => {
    if (unanswered * pingEveryMs >= 1000 * patienceS) return onFrozen()
    if (unanswered++ === 0) void ping().then(onAnswer)
  }, pingEveryMs).unref()
  void ping().then(onAnswer)
  return { stop: () => clearInterval(timer) }
}
