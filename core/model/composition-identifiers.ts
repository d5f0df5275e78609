/** Identifiers of a composed document: what devices reuse becomes unique again. RFC 3863 §4.1.2, RFC 4479 §3.1. */

const ID = /^[A-Za-z_][\w.-]*$/

/** Gives the wanted identifier as long as it is free and an xs:ID, else a free one like it. */
export type TakeIdentifier = (wanted: string) => string

export function createIdentifiers(): TakeIdentifier {
  /** Identifier → the number that its next namesake tries first. */
  const taken = new Map<string, number>()
  return (wanted) => {
    const stem = ID.test(wanted) ? wanted : `i${wanted.replace(/[^\w.-]/g, '')}`
    let number = taken.get(stem)
    if (number === undefined) {
      taken.set(stem, 2)
      return stem
    }
    while (taken.has(`${stem}-${number}`)) number++
    const free = `${stem}-${number}`
    taken.set(stem, number + 1)
    taken.set(free, 2)
    return free
  }
}
