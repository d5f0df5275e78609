/** What one peer, and all of them together, may make this agent keep. */

export interface AgentLimits {
  readonly subscriptions: number
  readonly subscriptionsPerWatcher: number
  readonly publications: number
  /** Of one presentity and event package; the one that would expire first gives way to a further one. */
  readonly publicationsPerPresentity: number
  readonly bindingsPerAddress: number
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
  bindingsPerAddress: 32,
  publishedBytes: 64 * 1024,
  waitingRequests: 10_000,
}
