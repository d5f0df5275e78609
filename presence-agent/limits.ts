/** What one peer, and all of them together, may make this agent keep. */

export interface AgentLimits {
  readonly subscriptions: number
  readonly subscriptionsPerWatcher: number
  readonly publications: number
  /** Of one presentity and event package; the one that would expire first gives way to a further one. */
  readonly publicationsPerPresentity: number
  /** Who asked in vain and is remembered: all of them, of one watcher, and for one presentity. RFC 3857 §4.7.1. */
  readonly waitingWatchers: number
  readonly waitingPerWatcher: number
  readonly waitingPerPresentity: number
  readonly bindingsPerAddress: number
  /** Subscriptions of ours elsewhere, and their SUBSCRIBEs on the way at once. */
  readonly backEndSubscriptions: number
  readonly backEndRequests: number
  /** Of one resource list, all lists in it included; how deep they may stand in each other; documents read for it. */
  readonly listMembers: number
  readonly listDepth: number
  readonly listDocuments: number
  /** Of one published document after decoding, in bytes; all of one presentity may have twice as many. */
  readonly publishedBytes: number
  /** Requests that wait for the store. */
  readonly waitingRequests: number
}

export const DEFAULT_AGENT_LIMITS: AgentLimits = {
  subscriptions: 500_000,
  subscriptionsPerWatcher: 5_000,
  publications: 1_000_000,
  publicationsPerPresentity: 32,
  waitingWatchers: 100_000,
  waitingPerWatcher: 100,
  waitingPerPresentity: 200,
  bindingsPerAddress: 32,
  backEndSubscriptions: 10_000,
  backEndRequests: 50,
  listMembers: 1_000,
  listDepth: 10,
  listDocuments: 50,
  publishedBytes: 64 * 1024,
  waitingRequests: 10_000,
}
