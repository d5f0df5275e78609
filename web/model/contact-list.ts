/** My contacts and rules as the server has them, and what changes them. RFC 4826, RFC 5025. */
import { computed, signal, type ReadonlySignal } from '@preact/signals'
import { parseAor, type Aor, type Contact, type Contacts } from '../../client/index.ts'
import { inWords } from './action-words.ts'
import { buddyGroups } from './buddy-groups.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { PageModel } from './page-model.ts'
import type { WatcherStanding } from './watcher-board.ts'

type ContactActions = Pick<
  PageModel,
  'addContact' | 'removeContact' | 'setGroups' | 'renameContact' | 'decide'
>

export interface ContactList extends ContactActions {
  /** Empty before the first reading. */
  readonly contacts: ReadonlySignal<readonly Contact[]>
  readonly groups: PageModel['groups']
  /** Why they could not be read, in words. */
  readonly trouble: ReadonlySignal<string | undefined>
  /** Reads again what others may have changed; never rejects. */
  refresh(): Promise<void>
}

interface ContactListParts {
  readonly contacts: Contacts
  /** How each who watches me, or wants to, stands. */
  readonly standings: () => ReadonlyMap<string, WatcherStanding>
}

export function createContactList({ contacts, standings }: ContactListParts): ContactList {
  const read = signal<readonly Contact[] | undefined>(undefined)
  const trouble = signal<string | undefined>(undefined)

  const refresh = oneAtATime(async () => {
    const reports = { watchers: standings(), answers: new Map<string, never>() }
    try {
      const list = await contacts.list(() => Promise.resolve(reports))
      // What reads the same is drawn no second time.
      if (JSON.stringify(list.contacts) !== JSON.stringify(read.peek())) read.value = list.contacts
      trouble.value = undefined
    } catch (error) {
      trouble.value = `Your contacts could not be read. ${inWords(error).message}`
    }
  })

  async function change(make: () => Promise<unknown>): Promise<void> {
    try {
      await make()
    } catch (error) {
      throw inWords(error)
    } finally {
      await refresh()
    }
  }

  return {
    contacts: computed(() => read.value ?? []),
    groups: computed(() => read.value && buddyGroups(read.value)),
    trouble,
    refresh,
    ...contactActions(contacts, change),
  }
}

function contactActions(
  contacts: Contacts,
  change: (make: () => Promise<unknown>) => Promise<void>,
): ContactActions {
  return {
    addContact: ({ address, name, group }) =>
      change(() => contacts.add({ address: newAddress(address), name, group })),
    removeContact: (address) => change(() => contacts.remove(address)),
    setGroups: (address, groups) => change(() => contacts.setGroups({ address, groups })),
    renameContact: (address, name) => change(() => contacts.add({ address, name })),
    decide: (address, handling) => change(() => contacts.decide(watcherAt(address), handling)),
  }
}

/** Other programs list addresses of other networks, too: what is removed can be put back. */
function newAddress(address: string): string {
  const aor = parseAor(address)
  if (aor) return aor
  if (/^[a-z][a-z0-9+.-]*:./i.test(address)) return address
  throw new Error(`${address} is no address. Write it like alice@example.com.`)
}

/** Rules know nobody of another network. */
function watcherAt(address: string): Aor {
  const aor = parseAor(address)
  if (!aor) throw new Error('Only SIP addresses and phone numbers can be allowed or blocked.')
  return aor
}
