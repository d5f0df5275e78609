/** Random numbers that are the same in every run: a fuzz test that failed once fails again. */

export interface SeededRandom {
  /** From 0 to `bound`, without it. */
  readonly integer: (bound: number) => number
  readonly pick: <T>(choices: readonly T[]) => T
  readonly chance: (probability: number) => boolean
}

/** xorshift32; `seed` is not 0. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const integer = (bound: number) => Math.floor(next() * bound)
  return {
    integer,
    pick: (choices) => choices[integer(choices.length)] as (typeof choices)[number],
    chance: (probability) => next() < probability,
  }
}
