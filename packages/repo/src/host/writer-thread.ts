import { Socket } from 'node:net'
import { workerData } from 'node:worker_threads'
import type { Engine } from '../engine/engine.ts'
import { type EngineData, type EngineRequest, type FromEngine, type Numbered, writerPipe } from './messages.ts'
import { openEngine } from './open-engine.ts'
import { openPipe } from './pipe.ts'

/** The entry of a database process's writer: it is asked by a pipe of its own. */
const early: Numbered<EngineRequest>[] = []
let take: Engine['take'] = (requests) => void early.push(...requests)
const pipe = openPipe(new Socket({ fd: writerPipe }), (requests: Numbered<EngineRequest>[]) => take(requests))

const engine = await openEngine('writer', workerData as EngineData, (message: FromEngine) => pipe.send(message))
take = engine.take
if (early.length > 0) engine.take(early)
