/** Known publications: the tag that each will have when all that is under way is stored, and which member wrote it last. RFC 3903 §6. */
import type { EntityTag } from '../model/entity-tag.ts'
import type { EventStateWrite, PublicationRecord } from '../model/event-state.ts'

type PublicationWrite = Extract<
  EventStateWrite,
  { readonly put: 'publication' } | { readonly remove: 'publication' }
>

export interface KnownPublications {
  put(record: PublicationRecord, owner: string): void
  /** False: somebody has changed it since. Otherwise later ones are judged as if it were stored, until it is settled. */
  admits(write: PublicationWrite): boolean
  settle(write: PublicationWrite, owner: string, isStored: boolean): void
  ownerOf(record: PublicationRecord): string | undefined
}

interface Underway {
  tag: EntityTag | undefined
  writes: number
}

export function createKnownPublications(): KnownPublications {
  const stored = new Map<string, { readonly tag: EntityTag; readonly owner: string }>()
  const underway = new Map<string, Underway>()
  return {
    put(record, owner) {
      stored.set(keyOf(record), { tag: record.tag, owner })
    },
    admits(write) {
      const key = keyOf('put' in write ? write.record : write)
      const writing = underway.get(key)
      const tag = writing ? writing.tag : stored.get(key)?.tag
      if (write.replaces !== undefined && write.replaces !== tag) return false
      const next = 'put' in write ? write.record.tag : undefined
      underway.set(key, { tag: next, writes: (writing?.writes ?? 0) + 1 })
      return true
    },
    settle(write, owner, isStored) {
      const key = keyOf('put' in write ? write.record : write)
      const writing = underway.get(key)
      if (writing && --writing.writes === 0) underway.delete(key)
      if (!isStored) return
      if ('put' in write) stored.set(key, { tag: write.record.tag, owner })
      else stored.delete(key)
    },
    ownerOf: (record) => stored.get(keyOf(record))?.owner,
  }
}

function keyOf({
  presentity,
  eventPackage,
  id,
}: Pick<PublicationRecord, 'presentity' | 'eventPackage' | 'id'>): string {
  return `${eventPackage} ${presentity} ${id}`
}
