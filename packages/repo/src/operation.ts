import type { Kysely } from 'kysely'
import type { z } from 'zod'

/** A named, versioned write as data. It runs as one transaction on the writer, wherever its caller is. */
export interface Operation<Input, Output> {
  readonly name: string
  readonly version: number
  readonly input: z.ZodType<Input>
  /** Runs inside the transaction. It must do nothing but read and write `tx`: it may run again after a crash. */
  readonly run: (tx: Kysely<never>, input: Input) => Promise<Output>
}

export interface OperationDefinition<Database, Input, Output> {
  name: string
  version: number
  input: z.ZodType<Input>
  run: (tx: Kysely<Database>, input: Input) => Promise<Output>
}

/** Declares an operation: `defineOperation<Tables>()({ name: 'notes.add', version: 1, input, run })`. */
export function defineOperation<Database>() {
  return function define<Input, Output>(
    definition: OperationDefinition<Database, Input, Output>,
  ): Operation<Input, Output> {
    return definition as unknown as Operation<Input, Output>
  }
}
