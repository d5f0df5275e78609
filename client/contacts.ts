/** My contacts: who is on my lists, who may see me, and changes to both. RFC 4826, RFC 5025, over XCAP. */
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { contactBook, type Contact, type ContactReports } from './contact-book.ts'
import { readContactDocuments, readContactLists } from './contact-documents.ts'
import { listedContacts } from './contact-groups.ts'
import { nextAddition, nextRemoval, type Addition, type StoredLists } from './list-edits.ts'
import { nextGrouping, type Grouping } from './list-grouping.ts'
import { nextForgetting, nextRuleEdit } from './rule-edits.ts'
import type { RuleDocuments } from './rule-places.ts'
import type { Handling } from './rule-texts.ts'
import type { XcapClient } from './xcap-client.ts'
import { editUntilDone, type XcapEdit } from './xcap-edit.ts'

/** All reject as `XcapClient` does. */
export interface Contacts {
  /** `ask` is given those whom I watch. */
  list(ask: (addresses: readonly Aor[]) => Promise<ContactReports>): Promise<ContactList>
  add(addition: Addition): Promise<ContactChange>
  remove(address: Aor): Promise<ContactChange>
  /** They are in these groups then, and in no others. */
  setGroups(grouping: Grouping): Promise<ContactChange>
  /** Rejects with `RuleInTheWay` too. */
  decide(address: Aor, handling: Handling): Promise<ContactChange>
  /** No rule speaks of them any more. */
  forget(address: Aor): Promise<ContactChange>
}

export interface ContactList {
  readonly contacts: readonly Contact[]
  /** Without rules of one's own the server's policy decides. */
  readonly hasRules: boolean
}

export interface ContactChange {
  /** None: it was so already. */
  readonly edits: number
  /** There were no rules before. */
  readonly firstRules: boolean
}

export function createContacts({
  xcap,
  own,
  clock,
}: {
  xcap: XcapClient
  /** My address, which is my XCAP user identifier too. */
  own: Aor
  clock: { now(): number }
}): Contacts {
  const lists = () => readContactLists(xcap, own)
  const both = () => readContactDocuments(xcap, own)

  async function changeLists(
    next: (lists: StoredLists) => XcapEdit | undefined,
  ): Promise<ContactChange> {
    const edits = await editUntilDone(xcap, lists, next)
    return { edits: edits.length, firstRules: false }
  }

  async function changeRules(
    next: (documents: RuleDocuments) => XcapEdit | undefined,
  ): Promise<ContactChange> {
    const edits = await editUntilDone(xcap, both, next)
    const firstRules = edits.some(({ document, node }) => !node && document.value === undefined)
    return { edits: edits.length, firstRules }
  }

  return {
    list: async (ask) => listOf(await both(), { own, now: clock.now(), ask }),
    add: (addition) => changeLists((stored) => nextAddition(stored, addition)),
    remove: (address) => changeLists((stored) => nextRemoval(stored, address)),
    setGroups: (grouping) => changeLists((stored) => nextGrouping(stored, grouping)),
    decide: (address, handling) =>
      changeRules((documents) => nextRuleEdit(documents, address, handling, own)),
    forget: (address) => changeRules((documents) => nextForgetting(documents, address)),
  }
}

async function listOf(
  documents: RuleDocuments,
  { own, now, ask }: { own: Aor; now: number; ask: Parameters<Contacts['list']>[0] },
): Promise<ContactList> {
  const lists = documents.lists.value ?? []
  const rules = documents.rules.value
  const watched = listedContacts(lists).flatMap(({ address }) => parseAor(address) ?? [])
  const reports = await ask(watched.filter((address) => address !== own))
  const contacts = contactBook({ own, lists, rules, now, reports })
  return { contacts, hasRules: rules !== undefined }
}
