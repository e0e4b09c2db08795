import { parentPort, workerData } from 'node:worker_threads'
import type { EngineData, EngineRequest, FromEngine, Numbered } from './messages.ts'
import { openEngine } from './open-engine.ts'

/** The entry of a thread that holds one SQLite connection. */
const port = parentPort!
const { role, ...data } = workerData as EngineData & { role: 'reader' | 'spare_reader' | 'writer' }
const early: Numbered<EngineRequest>[] = []
const keepEarly = (requests: Numbered<EngineRequest>[]) => void early.push(...requests)
port.on('message', keepEarly)

const post = (message: FromEngine, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
const engine = await openEngine(role, data, post)
port.off('message', keepEarly)
port.on('message', (requests: Numbered<EngineRequest>[]) => engine.take(requests))
if (early.length > 0) engine.take(early)
