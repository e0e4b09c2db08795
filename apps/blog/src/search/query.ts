/** What a reader asked for, as a tree. */
export type Query =
  | { kind: 'term'; term: Term }
  | { kind: 'and'; parts: Query[] }
  | { kind: 'or'; parts: Query[] }
  | { kind: 'not'; part: Query }

/** Words that follow each other, a single one most of the time. */
export interface Term {
  /** As the index divides them: letters and digits only. */
  words: string[]
  /** Only this part of a document is searched; everything where it is null. */
  field: Field | null
  /** The last word may go on. */
  isPrefix: boolean
  /** The reader may still be typing the last word. */
  isOpen: boolean
  /** A part of the document begins with it. */
  isFirst: boolean
  /** The words need not follow each other, only be near. */
  isNear: boolean
  /** Where it stands in what was typed. */
  start: number
  end: number
}

export type Field = 'title' | 'tags' | 'description' | 'text'

/** Visits the terms; `isWanted` is false for those that must not be there. */
export function* termsOf(query: Query, isWanted = true): Generator<{ term: Term; isWanted: boolean }> {
  switch (query.kind) {
    case 'term':
      yield { term: query.term, isWanted }
      break
    case 'not':
      yield* termsOf(query.part, !isWanted)
      break
    default:
      for (const part of query.parts) yield* termsOf(part, isWanted)
  }
}
