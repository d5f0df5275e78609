/** Stores that hold nothing, feeds that tell nothing, and nobody to sign in: for an agent that meets only trusted peers. */

async function* nothing(): AsyncIterable<never> {
  await Promise.resolve()
  yield* []
}

export const EMPTY_STORES = {
  accounts: { find: () => undefined },
  documents: {
    currentIcon: () => undefined,
    get: () => undefined,
    iconByToken: () => undefined,
    list: () => Promise.resolve([]),
    metadata: () => undefined,
    ofUsage: nothing,
  },
  eventState: {
    write: () => Promise.resolve([]),
    publications: nothing,
    subscriptions: nothing,
    bindings: nothing,
  },
  changes: { subscribe: () => () => undefined },
  authenticator: {
    authenticate: () => ({ ok: false, reason: 'no-credentials', challenge: [], delay: 0 }) as const,
  },
}
