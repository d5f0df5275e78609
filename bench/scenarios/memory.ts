/** Heap of the presence agent, bytes a subscription. */
const nameOf = (subscriptions: number) =>
  `memory of a subscription, ${subscriptions.toLocaleString('en')} of them`

export const memoryScenarios = [10_000, 100_000].map((subscriptions) => ({
  name: nameOf(subscriptions),
  subscriptions,
  allowedBytes: 2048,
}))

/** The one that the cost model counts with. */
export const SUBSCRIPTION_HEAP = nameOf(100_000)
