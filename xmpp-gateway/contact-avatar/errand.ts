/** Errand: one turn of work on one contact's picture. */
import type { Aor } from '../../core/uri/aor.ts'
import type { Asked } from './avatar-requests.ts'
import type { ContactKnowledge } from './contact-knowledge.ts'

export interface Errand {
  readonly contact: Aor
  readonly known: ContactKnowledge
  /** Absent: nobody can be asked now. */
  readonly asked: Asked | undefined
  /** Whether the contact still lets anybody here see him. */
  readonly isStillSeen: () => boolean
}

/** How often each has happened. */
export type PictureTally = Record<
  'asked' | 'fetched' | 'stored' | 'removed' | 'refused' | 'failed',
  number
>
