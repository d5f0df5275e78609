/** Turns: actions on one thing happen one after the other, actions on different things side by side. */

export interface Turns {
  /** Runs the action when everything that was asked for before it under this name is over. */
  readonly take: <T>(name: string, action: () => Promise<T>) => Promise<T>
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>()
  return {
    take(name, action) {
      const turn = (last.get(name) ?? Promise.resolve()).then(action)
      const over = turn
        .then(
          () => undefined,
          () => undefined,
        )
        .then(() => {
          if (last.get(name) === over) last.delete(name)
        })
      last.set(name, over)
      return turn
    },
    async idle() {
      while (last.size > 0) await Promise.all(last.values())
    },
  }
}
