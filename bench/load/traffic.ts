/** What has gone over the wire so far, both ways: messages, and bytes of their text. */
export interface Traffic {
  readonly messages: number
  readonly bytes: number
}

export interface TrafficCount {
  add(text: { readonly length: number }): void
  readonly soFar: () => Traffic
}

export function createTrafficCount(): TrafficCount {
  let [messages, bytes] = [0, 0]
  return {
    add({ length }) {
      messages++
      bytes += length
    },
    soFar: () => ({ messages, bytes }),
  }
}

export const NO_TRAFFIC: Traffic = { messages: 0, bytes: 0 }

export function trafficSince(now: Traffic, before: Traffic): Traffic {
  return { messages: now.messages - before.messages, bytes: now.bytes - before.bytes }
}
