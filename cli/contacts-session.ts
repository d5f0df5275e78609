/** Lists and changes contacts over XCAP, and asks the SIP server how they stand. */
import { NOTHING_REPORTED } from '../client/contact-reports.ts'
import { createContacts, type ContactChange, type Contacts } from '../client/contacts.ts'
import { createXcapClient } from '../client/xcap-client.ts'
import { parseAor, type Aor } from '../core/uri/aor.ts'
import { clientSettings, type ClientFlags, type ClientSettings } from './client-options.ts'
import type { AddFlags, BlockFlags, ListFlags } from './contacts-flags.ts'
import { contactLines, contactsJson } from './contacts-text.ts'
import { UsageError } from './usage-error.ts'
import { explaining } from './xcap-problem.ts'

const OFFLINE = 'From your lists and rules alone: the SIP server was not asked.'
const NO_RULES =
  'You have no presence rules: the policy of the server decides who sees you, usually that your own domain does.'
const FIRST_RULES =
  'You had no presence rules, and with rules whoever none lets in is shut out: two were added, so that your own domain sees you and everybody else may ask.'

export async function listContacts(flags: ListFlags): Promise<void> {
  const settings = await clientSettings(flags)
  const notes: string[] = []
  const { contacts, hasRules } = await explaining(flags, () =>
    open(settings).list(async (addresses) => {
      if (flags.offline) {
        notes.push(OFFLINE)
        return NOTHING_REPORTED
      }
      const { gatherReports } = await import('./contacts-reports.ts')
      const reports = await gatherReports(settings, addresses)
      notes.push(...new Set(reports.problems))
      return reports
    }),
  )
  if (!hasRules) notes.push(NO_RULES)
  const lines = settings.json ? [contactsJson(contacts, notes)] : contactLines(contacts, notes)
  for (const line of lines) print(line)
}

export async function addContact(text: string, flags: AddFlags): Promise<void> {
  const { name, group } = flags
  await change(text, flags, {
    made: (address) => `${address} is on your list${group === undefined ? '' : ` ${group}`}`,
    by: (contacts, address) => contacts.add({ address, name, group }),
  })
}

export async function removeContact(text: string, flags: ClientFlags): Promise<void> {
  await change(text, flags, {
    made: (address) => `${address} is on no list of yours any more`,
    by: (contacts, address) => contacts.remove(address),
  })
}

export async function allowContact(text: string, flags: ClientFlags): Promise<void> {
  await change(text, flags, {
    made: (address) => `${address} may see you`,
    by: (contacts, address) => contacts.decide(address, 'allow'),
  })
}

export async function blockContact(text: string, flags: BlockFlags): Promise<void> {
  const handling = flags.polite ? 'polite-block' : 'block'
  await change(text, flags, {
    made: (address) => `${address} ${flags.polite ? 'sees you offline' : 'may not see you'}`,
    by: (contacts, address) => contacts.decide(address, handling),
  })
}

export async function forgetContact(text: string, flags: ClientFlags): Promise<void> {
  await change(text, flags, {
    made: (address) => `no rule of yours names ${address} any more`,
    by: (contacts, address) => contacts.forget(address),
  })
}

interface Change {
  /** What is so now, in words. */
  readonly made: (address: string) => string
  readonly by: (contacts: Contacts, address: Aor) => Promise<ContactChange>
}

async function change(text: string, flags: ClientFlags, { made, by }: Change): Promise<void> {
  const address = parseAor(text)
  if (!address) throw new UsageError(`${text} is no address; write user@domain`)
  const settings = await clientSettings(flags)
  if (address === settings.aor) throw new UsageError(`${text} is your own address`)
  const { edits, firstRules } = await explaining(flags, () => by(open(settings), address))
  const said = firstRules ? [FIRST_RULES] : []
  if (settings.json) {
    print(JSON.stringify({ address, changed: edits > 0, firstRules, notes: said }))
    return
  }
  print(made(address) + (edits > 0 ? '' : ' (as before)'))
  for (const note of said) print(`Note: ${note}`)
}

function open({ xcapRoot, username, password, aor }: ClientSettings): Contacts {
  const xcap = createXcapClient({ xcapRoot, credentials: { username, password } })
  return createContacts({ xcap, own: aor, clock: Date })
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
