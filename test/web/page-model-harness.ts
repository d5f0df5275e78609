/** The page's model above a fake client: its contacts are a list of the test's, its presence is told by the test. */
import type { Contact, Contacts, StateChange } from '../../client/index.ts'
import { createKeptStatus } from '../../web/model/kept-status.ts'
import { createPageModel } from '../../web/model/create-page-model.ts'
import type { MyPicture, PublicCard } from '../../web/model/page-model.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakePresence } from './fake-presence.ts'
import { keptTexts } from './kept-texts.ts'

export const ALICE = 'sip:alice@example.com'
export const BOB = 'sip:bob@example.com'
export const CAROL = 'sip:carol@example.com'

export const contact = (address: string, more: Partial<Contact> = {}): Contact => ({
  address,
  groups: ['friends'],
  listed: true,
  relation: 'to',
  pendingOut: false,
  pendingIn: false,
  ...more,
})

/** Lets promises settle. */
export const settled = () => new Promise((resolve) => setImmediate(resolve))

export async function setUp(listed: Contact[] = [contact(BOB, { name: 'Bob' }), contact(CAROL)]) {
  const clock = createManualClock()
  const kept = keptTexts()
  const presence = fakePresence()
  const server = { contacts: listed, readings: 0, refusal: undefined as Error | undefined }
  const refused: string[] = []
  const changed: string[] = []
  let onState: (change: StateChange) => void = () => undefined
  const change = (what: string) => {
    changed.push(what)
    return server.refusal
      ? Promise.reject(server.refusal)
      : Promise.resolve({ edits: 1, firstRules: false })
  }
  const contacts: Contacts = {
    list: () => {
      server.readings++
      if (server.refusal) return Promise.reject(server.refusal)
      return Promise.resolve({ contacts: server.contacts, hasRules: true })
    },
    add: ({ address, name, group }) => change(`add ${address} ${name ?? '-'} ${group ?? '-'}`),
    remove: (address) => change(`remove ${address}`),
    setGroups: ({ address, groups }) => change(`groups ${address} ${groups.join()}`),
    decide: (address, handling) => change(`decide ${address} ${handling}`),
    forget: (address) => change(`forget ${address}`),
  }
  const loading = { failures: 0 }
  const open = () =>
    createPageModel({
      session: {
        address: ALICE,
        name: 'Alice',
        expires: 0,
        remembered: false,
        xcapRoot: '',
        webSocket: '',
        icons: '',
        sip: { username: 'alice', password: 'random' },
      },
      doors: {
        refused: (what) => refused.push(what),
        signOut: () => {
          refused.push('sign out')
          return Promise.resolve()
        },
      },
      contacts,
      myPicture: {} as MyPicture,
      publicCard: {} as PublicCard,
      openPresence: (listener) => {
        if (loading.failures-- > 0) return Promise.reject(new Error('not loaded'))
        onState = listener
        return Promise.resolve(presence.live)
      },
      keptStatus: createKeptStatus(kept, ALICE),
      clock,
    })
  const model = open()
  await settled()
  const state = (told: StateChange) => {
    onState(told)
  }
  return { clock, kept, presence, server, refused, changed, model, state, open, loading }
}
