/** My contacts: who is on my lists, who may see me, and changes to both. RFC 4826, RFC 5025, over XCAP. */
import { listedContacts } from '../core/model/contact-groups.ts'
import { RESOURCE_LISTS } from '../core/model/stored-lists.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { unlessAborted, type Abortable } from './abortable.ts'
import { abortableXcap } from './abortable-xcap.ts'
import { contactBook, type Contact, type ContactReports } from './contact-book.ts'
import { readContactDocuments, readContactLists } from './contact-documents.ts'
import { nextAddition, nextRemoval, type Addition, type StoredLists } from './list-edits.ts'
import { nextGrouping, type Grouping } from './list-grouping.ts'
import { nextForgetting, nextRuleEdit } from './rule-edits.ts'
import type { RuleDocuments } from './rule-places.ts'
import type { Handling } from './rule-texts.ts'
import type { XcapClient } from './xcap-client.ts'
import { editUntilDone, type XcapEdit } from './xcap-edit.ts'

/** All reject as `XcapClient` does. Aborted between two edits, a change stands half made and can be made again. */
export interface Contacts {
  /** `ask` is given those whom I watch. */
  list(
    ask: (addresses: readonly Aor[]) => Promise<ContactReports>,
    options?: Abortable,
  ): Promise<ContactList>
  add(addition: Addition, options?: Abortable): Promise<ContactChange>
  remove(address: string, options?: Abortable): Promise<ContactChange>
  /** They are in these groups then, and in no others. */
  setGroups(grouping: Grouping, options?: Abortable): Promise<ContactChange>
  /** Rejects with `RuleInTheWay` too. */
  decide(address: Aor, handling: Handling, options?: Abortable): Promise<ContactChange>
  /** No rule speaks of them any more. */
  forget(address: Aor, options?: Abortable): Promise<ContactChange>
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
  async function changeLists(
    options: Abortable | undefined,
    next: (lists: StoredLists) => XcapEdit | undefined,
  ): Promise<ContactChange> {
    const ending = abortableXcap(xcap, options)
    return changeOf(await editUntilDone(ending, () => readContactLists(ending, own), next))
  }

  async function changeRules(
    options: Abortable | undefined,
    next: (documents: RuleDocuments) => XcapEdit | undefined,
  ): Promise<ContactChange> {
    const ending = abortableXcap(xcap, options)
    return changeOf(await editUntilDone(ending, () => readContactDocuments(ending, own), next))
  }

  return {
    list: async (ask, options) => {
      const documents = await readContactDocuments(abortableXcap(xcap, options), own)
      const list = listOf(documents, { own, now: clock.now(), ask })
      return unlessAborted(list, options?.signal)
    },
    add: (addition, options) => changeLists(options, (stored) => nextAddition(stored, addition)),
    remove: (address, options) => changeLists(options, (stored) => nextRemoval(stored, address)),
    setGroups: (grouping, options) =>
      changeLists(options, (stored) => nextGrouping(stored, grouping)),
    decide: (address, handling, options) =>
      changeRules(options, (documents) => nextRuleEdit(documents, address, handling, own)),
    forget: (address, options) =>
      changeRules(options, (documents) => nextForgetting(documents, address)),
  }
}

function changeOf(edits: readonly XcapEdit[]): ContactChange {
  const isFirstRuleset = ({ document, node }: XcapEdit) =>
    !node && document.value === undefined && document.uri.auid !== RESOURCE_LISTS
  return { edits: edits.length, firstRules: edits.some(isFirstRuleset) }
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
