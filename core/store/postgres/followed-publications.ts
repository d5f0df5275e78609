/** Followed publications: what this member keeps in memory of what others may write. */
import type { PublicationRecord } from '../../model/event-state.ts'
import type { SharedChange } from '../../model/shared-event-state.ts'
import type { Aor } from '../../uri/aor.ts'
import { recordKey } from '../record-key.ts'
import type { ReadPublications } from './publication-reads.ts'

export interface FollowedPublications {
  readonly follow: ReadPublications
  readonly unfollow: (presentity: Aor, eventPackage: string) => void
  /** Another member has written it. Told by `tellAll`, if anybody follows it. */
  readonly note: (presentity: Aor, eventPackage: string, id: string) => void
  /** Reads what was noted, as it is now, and tells it. */
  readonly tellAll: () => Promise<void>
  readonly forgetNoted: () => void
}

interface Followed {
  /** Readings for `follow` that are under way. */
  reading: number
  /** Somebody wrote meanwhile: what is read may be older than that. */
  isStale: boolean
}

interface Noted {
  readonly presentity: Aor
  readonly eventPackage: string
  readonly ids: Set<string>
}

const nameOf = (presentity: Aor, eventPackage: string) =>
  recordKey('publication', presentity, eventPackage)

export function createFollowedPublications({
  read,
  tell,
}: {
  read: ReadPublications
  tell: (change: SharedChange) => void
}): FollowedPublications {
  const followed = new Map<string, Followed>()
  const noted = createNotes()

  async function tellOne({ presentity, eventPackage, ids }: Noted): Promise<void> {
    const records = await read(presentity, eventPackage)
    if (!followed.has(nameOf(presentity, eventPackage))) return
    for (const id of ids) {
      const record = records.find((one) => one.id === id)
      tell({ kind: 'publication', presentity, eventPackage, id, ...(record && { record }) })
    }
  }

  return {
    follow(presentity, eventPackage) {
      const name = nameOf(presentity, eventPackage)
      const entry = followed.get(name) ?? { reading: 0, isStale: false }
      followed.set(name, entry)
      return readUntilFresh(entry, () => read(presentity, eventPackage))
    },
    unfollow(presentity, eventPackage) {
      followed.delete(nameOf(presentity, eventPackage))
    },
    note(presentity, eventPackage, id) {
      const entry = followed.get(nameOf(presentity, eventPackage))
      if (!entry) return
      if (entry.reading > 0) entry.isStale = true
      noted.add(presentity, eventPackage, id)
    },
    async tellAll() {
      await Promise.all(noted.take().map(tellOne))
    },
    forgetNoted: () => void noted.take(),
  }
}

/** What others have written and nobody was told yet. */
function createNotes() {
  let notes = new Map<string, Noted>()
  return {
    add(presentity: Aor, eventPackage: string, id: string): void {
      const name = nameOf(presentity, eventPackage)
      const note = notes.get(name) ?? { presentity, eventPackage, ids: new Set() }
      notes.set(name, note)
      note.ids.add(id)
    },
    take(): readonly Noted[] {
      const taken = [...notes.values()]
      notes = new Map()
      return taken
    },
  }
}

/** What is told meanwhile must not be overwritten by an answer that was read before it. */
async function readUntilFresh(
  entry: Followed,
  read: () => Promise<readonly PublicationRecord[]>,
): Promise<readonly PublicationRecord[]> {
  entry.reading++
  try {
    for (;;) {
      entry.isStale = false
      const records = await read()
      if (!(entry.isStale as boolean)) return records
    }
  } finally {
    entry.reading--
  }
}
