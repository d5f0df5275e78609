/** Heap of the presence agent, bytes a subscription. */
export const memoryScenarios = [10_000, 100_000].map((subscriptions) => ({
  name: `memory of a subscription, ${subscriptions.toLocaleString('en')} of them`,
  subscriptions,
  allowedBytes: 2048,
}))
