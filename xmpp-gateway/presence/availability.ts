/** Availability: whether somebody can be reached, how well, and in what words. RFC 6121 §4.7. */
import type { ContactResource } from '../pair.ts'

export type Show = NonNullable<ContactResource['show']>
export type Statuses = ContactResource['statuses']

/** What an available resource says of itself. */
export type Reachability = Pick<ContactResource, 'show' | 'statuses' | 'priority'>

export type Availability =
  | ({ readonly isAvailable: true } & Reachability)
  /** Neither show nor priority belong to it. RFC 6121 §4.5.1 */
  | { readonly isAvailable: false; readonly statuses: Statuses }

const SHOWS: readonly string[] = ['away', 'chat', 'dnd', 'xa'] satisfies Show[]

/** Undefined: it is none of those that exist. RFC 6121 §4.7.2.1 */
export function showNamed(name: string): Show | undefined {
  return SHOWS.includes(name) ? (name as Show) : undefined
}

// Who is busy sits there all the same; who is away does not. RFC 8048 §6.2 leaves it open.
const MOST_AVAILABLE_FIRST: readonly (Show | undefined)[] = ['chat', undefined, 'dnd', 'away', 'xa']

/** For sorting: the most available first, of equals the one with the higher priority. RFC 8048 §6.2 */
export function compareAvailability(a: Reachability, b: Reachability): number {
  const rank = ({ show }: Reachability) => MOST_AVAILABLE_FIRST.indexOf(show)
  return rank(a) - rank(b) || b.priority - a.priority
}
