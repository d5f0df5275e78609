/** What somebody costs a service: counted of accounts and of sources alike. */

export interface Cost {
  /** By SIP and HTTP. */
  requests: number
  notifies: number
  icons: number
  /** Answered with an error, or because they ask too often; challenges are none. */
  refused: number
  /** SIP messages and HTTP, both ways. */
  bytesIn: number
  bytesOut: number
}

export type CostName = keyof Cost

export const COST_NAMES = [
  ...(['requests', 'notifies', 'icons', 'refused', 'bytesIn', 'bytesOut'] as const),
] satisfies readonly CostName[]

export function noCost(): Cost {
  return { requests: 0, notifies: 0, icons: 0, refused: 0, bytesIn: 0, bytesOut: 0 }
}

export function addCost(to: Cost, more: Readonly<Cost>): void {
  for (const name of COST_NAMES) to[name] += more[name]
}
