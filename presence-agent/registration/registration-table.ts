/** The registrations of one subscription to them, put together from document after document. RFC 3680 §5.2. */
import type { RegInfo } from '../../core/documents/reg-info.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { RegisteredContact } from './registrations.ts'

export interface RegistrationTable {
  /** Undefined: not a document of now. `gap`: one before it was lost, and a full one is needed. */
  readonly take: (document: RegInfo) => { readonly gap: boolean } | undefined
  /** The documents of another subscription follow, numbered anew. */
  readonly restart: () => void
  readonly contacts: () => readonly RegisteredContact[]
}

/** Contacts of one address that are believed. */
const MOST_CONTACTS = 100

export function createRegistrationTable(clock: Pick<Clock, 'now'>): RegistrationTable {
  /** By the ids of registration and contact. */
  const rows = new Map<string, RegisteredContact>()
  let version = -1

  function update({ registrations }: RegInfo): void {
    for (const registration of registrations) {
      for (const { id, state, uri, expires } of registration.contacts) {
        const row = `${registration.id} ${id}`
        if (state === 'terminated' || registration.state === 'terminated') rows.delete(row)
        else if (rows.size < MOST_CONTACTS || rows.has(row)) {
          const expiresAt = expires === undefined ? undefined : clock.now() + expires * 1000
          rows.set(row, { uri, expiresAt })
        }
      }
    }
  }

  return {
    take(document) {
      // Kamailio numbers all its documents 0, so that one with the same number counts. RFC 3680 §5.2: less is discarded.
      if (document.version < version) return undefined
      const isPartial = document.state === 'partial'
      const gap = isPartial && version >= 0 && document.version > version + 1
      version = document.version
      if (document.state === 'full') rows.clear()
      update(document)
      return { gap }
    },
    restart() {
      version = -1
    },
    contacts: () => [...rows.values()],
  }
}
