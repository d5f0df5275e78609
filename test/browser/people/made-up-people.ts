/** A model of the page whose people are made up, and that writes down what is asked of it. */
import { signal, type Signal } from '@preact/signals'
import type {
  Buddy,
  BuddyGroup,
  BuddyPresence,
  Connection,
  PageModel,
  SeenWatcher,
  WatchRequest,
} from '../../../web/model/page-model.ts'

export interface MadeUpPeople {
  readonly model: PageModel
  /** As `removeContact sip:bob@example.com`. */
  readonly calls: string[]
  /** Every action is refused with these words from then on; empty: none is. */
  refuse(words: string): void
  /** One NOTIFY. */
  tell(address: string, presence: Partial<BuddyPresence>): void
  ask(request: WatchRequest): void
  readonly connection: Signal<Connection>
}

const FIRST = ['Ada', 'Bob', 'Carol', 'Dmitri', 'Élodie', 'Farid', 'Grace', 'Hans', 'Inés', 'Jun']
const LAST = ['Smith', 'Jones', 'Nováková', 'Okafor', 'Tanaka', 'García', 'Müller', 'Rossi']
const NOTHING: BuddyPresence = {
  subscription: 'unknown',
  basic: null,
  activities: [],
  note: null,
  icon: null,
}
const OPEN: BuddyPresence = { ...NOTHING, subscription: 'active', basic: 'open' }
const PRESENCES: readonly BuddyPresence[] = [
  OPEN,
  { ...OPEN, activities: ['busy', 'meeting'], note: 'Budget, until three' },
  { ...OPEN, activities: ['away'] },
  { ...OPEN, basic: 'closed' },
  { ...NOTHING, subscription: 'pending' },
  {
    ...OPEN,
    note: 'Working from home today; call me on the mobile number if it is urgent, please.',
  },
  { ...OPEN, activities: ['on-the-phone'] },
  { ...OPEN, basic: 'closed', activities: ['vacation'], note: 'Back on Monday' },
]
const GROUPS = ['Friends', 'Work', 'Family', 'Choir', '']

export function createMadeUpPeople(counts: {
  contacts: number
  requests: number
  watchers: number
}): MadeUpPeople {
  const buddies = Array.from({ length: counts.contacts }, (_, n) => buddyNumber(n))
  const listed = signal<readonly Buddy[]>(buddies)
  const groups = signal<readonly BuddyGroup[]>(grouped(buddies))
  const requests = signal<readonly WatchRequest[]>(
    Array.from({ length: counts.requests }, (_, n) => personNumber(n, 'asks')),
  )
  const watchers = signal<readonly SeenWatcher[]>(
    Array.from({ length: counts.watchers }, (_, n) => watcherNumber(n)),
  )
  const presences = new Map<string, Signal<BuddyPresence>>()
  const connection = signal<Connection>({ state: 'up' })
  const calls: string[] = []
  let refusal = ''

  const presenceOf = (address: string): Signal<BuddyPresence> => {
    const known = presences.get(address) ?? signal(NOTHING)
    presences.set(address, known)
    return known
  }
  for (const [n, { address }] of buddies.entries()) {
    const presence = PRESENCES[n % PRESENCES.length]!
    const hasPicture = presence.subscription === 'active' && n % 3 !== 0
    presenceOf(address).value = { ...presence, icon: hasPicture ? `/pictures/${n}.png` : null }
  }

  function change(next: readonly Buddy[]): void {
    listed.value = next
    groups.value = grouped(next)
  }

  async function asked(what: string, ...with_: unknown[]): Promise<void> {
    calls.push(
      [what, ...with_.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))].join(
        ' ',
      ),
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    if (refusal !== '') throw new Error(refusal)
  }

  const unused = () => Promise.reject(new Error('not part of this'))
  const model: PageModel = {
    me: {
      address: 'sip:alice@example.com',
      name: signal('Alice'),
      status: signal({ basic: 'open', note: '' }),
      icon: signal(undefined),
    },
    myPicture: { store: unused, removeAll: unused, isWaiting: () => Promise.resolve(false) },
    publicCard: { path: '/u/alice@example.com', shown: signal(undefined), show: unused },
    connection,
    groups,
    requests,
    watchers,
    presenceOf,
    async addContact(contact) {
      await asked('addContact', contact)
      const { address, name = address.slice(4), group = 'Friends' } = contact
      change([...listed.peek(), { address, name, groups: [group], handling: 'allow' }])
    },
    async removeContact(address) {
      await asked('removeContact', address)
      change(listed.peek().filter((one) => one.address !== address))
    },
    async setGroups(address, names) {
      await asked('setGroups', address, names)
      change(
        listed.peek().map((one) => (one.address === address ? { ...one, groups: names } : one)),
      )
    },
    async renameContact(address, name) {
      await asked('renameContact', address, name)
      change(listed.peek().map((one) => (one.address === address ? { ...one, name } : one)))
    },
    async decide(address, handling) {
      await asked('decide', address, handling)
      requests.value = requests.peek().filter((one) => one.address !== address)
      const others = watchers.peek().filter((one) => one.address !== address)
      const name = address.slice(4)
      watchers.value = [...others, { address, name, status: 'active', handling }]
    },
    publish: unused,
    reconnect: () => undefined,
    signOut: unused,
  }

  return {
    ...{ model, calls, connection },
    refuse: (words) => (refusal = words),
    tell: (address, told) =>
      (presenceOf(address).value = { ...presenceOf(address).peek(), ...told }),
    ask: (request) => (requests.value = [...requests.peek(), request]),
  }
}

function grouped(buddies: readonly Buddy[]): BuddyGroup[] {
  const names = [...new Set(buddies.flatMap(({ groups }) => (groups.length === 0 ? [''] : groups)))]
  return names.map((name) => ({
    name,
    buddies: buddies.filter(({ groups }) =>
      name === '' ? groups.length === 0 : groups.includes(name),
    ),
  }))
}

function buddyNumber(n: number): Buddy {
  const group = GROUPS[Math.floor(n / 3) % GROUPS.length]!
  const both = n === 1 ? ['Friends', 'Work'] : [group]
  return { ...personNumber(n, 'n'), groups: both.filter(Boolean), handling: 'allow' }
}

function watcherNumber(n: number): SeenWatcher {
  const standings = [
    { status: 'active', handling: 'allow' },
    { status: 'active', handling: 'polite-block' },
    { status: 'none', handling: 'block' },
    { status: 'active' },
    { status: 'pending', handling: 'confirm' },
  ] as const
  return { ...personNumber(n, 'n'), ...standings[n % standings.length]! }
}

function personNumber(n: number, salt: string): { address: string; name: string } {
  const first = FIRST[n % FIRST.length]!
  const last = LAST[(n + (salt === 'n' ? 0 : 3)) % LAST.length]!
  return { address: `sip:${salt}${n}@example.com`, name: `${first} ${last}` }
}
