/** Store problem: something in a store that is not as it should be. */

export interface StoreProblem {
  /** `unreadable`, or an index that tells something else than the records it was made from. */
  readonly what: 'unreadable' | 'incomplete' | 'missing' | 'wrong' | 'orphan'
  /** Which record or blob, in print. */
  readonly where: string
  readonly isRepaired: boolean
}
