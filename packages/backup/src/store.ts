export interface StoredObject {
  key: string
  size: number
  /** Milliseconds since 1970. */
  modifiedAt: number
}

/** Keeps bytes under names such as `chunks/ab/abc….zst`. What `put` returned for is durable and whole. */
export interface Store {
  list(prefix: string): Promise<StoredObject[]>
  get(key: string): Promise<Uint8Array | undefined>
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Removing what is not there is fine. */
  remove(key: string): Promise<void>
}
