export interface LivenessOptions {
  /** How often to say something. */
  pingMs: number
  /** How long the other side may say nothing. */
  silenceMs: number
  ping: () => void
  onSilence: () => void
}

export interface Liveness {
  heard(): void
  end(): void
}

/** Notices a peer that is gone, frozen, or behind a dead link: TCP alone takes minutes, or for ever. */
export function watchLiveness({ pingMs, silenceMs, ping, onSilence }: LivenessOptions): Liveness {
  let heardAt = performance.now()
  let lastTick = heardAt

  const timer = setInterval(() => {
    const now = performance.now()
    // When it is us who were away, what the peer said meanwhile is not read yet.
    if (now - lastTick > pingMs * 3) heardAt = now
    lastTick = now
    if (now - heardAt > silenceMs) onSilence()
    else ping()
  }, pingMs)

  return {
    heard() {
      heardAt = performance.now()
    },
    end: () => clearInterval(timer),
  }
}
