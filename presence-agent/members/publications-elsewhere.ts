/** Publications elsewhere: what other members of the service have stored takes its place in memory. RFC 3903 §4.1. */
import type { PublicationRecord } from '../../core/model/event-state.ts'
import { isOfGateway } from '../neighbour/neighbour-publications.ts'
import { publicationElsewhere, type Publications } from '../publications.ts'
import { NEVER, type Publication, type Resource } from '../resource.ts'

/** All that there are. Gives whether watchers see another state now. */
export function takePublications(
  publications: Publications,
  resource: Resource,
  records: readonly PublicationRecord[],
): boolean {
  const ids = new Set(records.map(({ id }) => id))
  const gone = [...resource.publications.values()].filter(({ record }) => !ids.has(record.id))
  for (const one of gone) publications.end(resource, one)
  const others = records.filter((record) => takePublication(publications, resource, record))
  return gone.length + others.length > 0
}

/** Gives whether watchers see another state now. */
export function takePublication(
  publications: Publications,
  resource: Resource,
  record: PublicationRecord,
): boolean {
  const known = publicationOf(resource, record.id)
  if (known?.record.tag === record.tag) return false
  if (known) publications.remove(resource, known)
  const dueAt = isOfGateway(record) ? NEVER : record.expiresAt
  publications.add(resource, publicationElsewhere(record, dueAt))
  // A refresh changes nothing that anybody sees. RFC 3903 §4.1
  return known?.record.publishedAt !== record.publishedAt || known.record.body !== record.body
}

export function publicationOf(resource: Resource, id: string): Publication | undefined {
  return [...resource.publications.values()].find(({ record }) => record.id === id)
}
