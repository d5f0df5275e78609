/** Directory source: where names and pictures of people come from. */

export interface DirectoryPerson {
  /** As the directory has it: `alice@example.com`. */
  readonly address: string
  readonly name?: string
  /** As the directory has it, of any size. */
  readonly picture?: Uint8Array
}

export const SOURCES = ['ldap', 'csv', 'folder'] as const

export interface DirectorySource {
  /** What came from one is missing only where that one has it no more. */
  readonly kind: (typeof SOURCES)[number]
  /** It has nothing to say of names. */
  readonly picturesOnly?: true
  /** Everybody, once. Rejects where the directory does not answer to the end. */
  readonly people: () => AsyncIterable<DirectoryPerson>
}
