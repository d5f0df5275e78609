/** Domain usage: how much the people of a domain have stored, all together. */

export interface DomainUsage {
  /** Accounts. */
  readonly users: number
  readonly documents: number
  /** Of all bodies together. */
  readonly bytes: number
}

export interface DomainUsages {
  /** Counted from what is on the disk, writes that ended before included. It looks at much: not asked for each write. */
  readonly of: (domain: string) => Promise<DomainUsage>
  /** Whether other processes write to the store, too, so that a count grows old. */
  readonly isShared: boolean
}
