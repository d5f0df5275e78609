/** The contacts whom somebody here may see, what is known of each one's picture, and the work on it, in turns. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import type { Pair, Pairs } from '../pair.ts'
import type { Streams } from '../streams.ts'
import type { ContactIcons } from './contact-icons.ts'
import { newKnowledge, type ContactKnowledge } from './contact-knowledge.ts'
import type { RunErrand } from './picture-errands.ts'
import { createTurns } from './turns.ts'

export interface ContactTable {
  /** No more than there are pairs. */
  of(contact: Aor): ContactKnowledge
  /** Something is to be done for the contact, or it is to be seen whether it is. */
  attend(contact: Aor): void
  close(): void
}

/** Contacts at the same time; a picture under way is held in memory. */
const CONCURRENCY = 16

interface Parts {
  readonly pairs: Pick<Pairs, 'ofContact'>
  readonly streams: Pick<Streams, 'isOnline'>
  readonly icons: ContactIcons
  readonly run: RunErrand
  readonly clock: Clock
  readonly log: Log
}

export function createContactTable(parts: Parts): ContactTable {
  const { pairs, streams, run, clock } = parts
  const table = new Map<Aor, ContactKnowledge>()
  const turns = createTurns({ concurrency: CONCURRENCY, clock, work })
  let isClosed = false

  function of(contact: Aor): ContactKnowledge {
    const known = table.get(contact) ?? newKnowledge(clock.now())
    table.set(contact, known)
    return known
  }

  async function work(contact: Aor): Promise<void> {
    const isStillSeen = () => !isClosed && seers(pairs.ofContact(contact)).next().done === false
    if (!isStillSeen()) {
      table.delete(contact)
      return isClosed ? undefined : forget(parts, contact)
    }
    const asked = whoAsks(seers(pairs.ofContact(contact)), streams)
    const wait = await run({ contact, known: of(contact), asked, isStillSeen })
    if (wait !== undefined) turns.ask(contact, wait)
  }

  return {
    of,
    attend: (contact) => {
      turns.ask(contact)
    },
    close() {
      isClosed = true
      turns.close()
    },
  }
}

function* seers(pairs: Iterable<Pair>) {
  for (const pair of pairs) if (pair.record.to === 'granted') yield pair
}

/** In whose name the contact's server is asked. */
function whoAsks(granted: Iterable<Pair>, streams: Parts['streams']): Pair | undefined {
  for (const pair of granted) if (streams.isOnline(aorDomain(pair.record.user))) return pair
  return undefined
}

/** Nobody may see him any more, so nobody is to find his picture. */
async function forget({ icons, log }: Parts, contact: Aor): Promise<void> {
  try {
    await icons.remove(contact)
  } catch (error) {
    log.error({ contact, err: error }, 'the picture of an XMPP contact could not be removed')
  }
}
