/** No two services have one address, nor a service and a person; free addresses are proposed instead. RFC 4826 §4.4.5. */
import { RLS_SERVICES_NAMESPACE, type RlsService } from '../core/documents/rls-services.ts'
import type { UniquenessConflict } from '../core/documents/xcap-error.ts'
import type { DocumentId } from '../core/model/document-id.ts'
import type { Domains } from '../core/model/domain.ts'
import type { AccountStore } from '../core/model/stores.ts'
import { aorDomain, aorUser } from '../core/uri/aor.ts'
import { UniquenessFailure } from './conflicts.ts'
import { nodeField } from './node-field.ts'
import type { RlsServiceIndex } from './rls-service-index.ts'
import { rlsServiceName, type RlsServiceName } from '../core/model/rls-service-name.ts'

/** Rejects with `UniquenessFailure`; addresses that are none are left to others. */
export type CheckServiceUniqueness = (
  services: readonly RlsService[],
  here: DocumentId,
) => Promise<void>

interface Parts {
  index: RlsServiceIndex
  accounts: Pick<AccountStore, 'find'>
  domains: Domains
}

interface Taken {
  readonly uri: string
  readonly name: RlsServiceName
  /** Among the services of its document, from 1. */
  readonly position: number
}

const ROOT = { namespace: RLS_SERVICES_NAMESPACE, name: 'rls-services' }
const SERVICE = { namespace: RLS_SERVICES_NAMESPACE, name: 'service' }
const PROPOSALS = 3
/** Numbers that are tried behind a taken name. */
const HIGHEST_NUMBER = 30
/** Conflicts in one document that get proposals: looking for them costs. */
const PROPOSED_FOR = 10

export function createServiceUniqueness(parts: Parts): CheckServiceUniqueness {
  return async (services, here) => {
    const isTaken = createLookup(parts, here)
    const used = new Set<string>()
    const taken: Taken[] = []
    for (const [at, { uri }] of services.entries()) {
      const name = rlsServiceName(uri, parts.domains)
      if (name === undefined) continue
      if (used.has(name.key) || (await isTaken(name))) taken.push({ uri, name, position: at + 1 })
      used.add(name.key)
    }
    const [first] = taken
    if (!first) return
    const exists: UniquenessConflict[] = []
    for (const one of taken) {
      const field = nodeField(
        [ROOT, { ...SERVICE, position: one.position }],
        'uri',
        RLS_SERVICES_NAMESPACE,
      )
      const free = exists.length < PROPOSED_FOR ? proposals(one, parts.domains) : []
      exists.push({ field, alternatives: await firstFree(free, used, isTaken) })
    }
    throw new UniquenessFailure(`The address ${first.uri} is in use already.`, exists)
  }
}

type Lookup = (name: RlsServiceName) => Promise<boolean>

/** Whether somebody else has the address: a service in another document, or a person. */
function createLookup({ index, accounts }: Parts, here: DocumentId): Lookup {
  return async (name) => {
    if (await index.isElsewhere(name, here)) return true
    // A person's address with a parameter of its own is another resource.
    return name.parameters === '' && (await accounts.find(name.aor)) !== undefined
  }
}

interface Proposal {
  readonly uri: string
  readonly name: RlsServiceName
}

/** `sip:friends-2@example.com` and so on for `sip:friends@example.com`. */
function* proposals(
  { uri, name: { aor, parameters } }: Taken,
  domains: Domains,
): Generator<Proposal> {
  const scheme = uri.slice(0, uri.indexOf(':'))
  for (let number = 2; number <= HIGHEST_NUMBER; number++) {
    const proposal = `${scheme}:${aorUser(aor)}-${number}@${aorDomain(aor)}${parameters}`
    const name = rlsServiceName(proposal, domains)
    if (name) yield { uri: proposal, name }
  }
}

/** What is proposed counts as used, so that no two conflicts get the same. */
async function firstFree(
  candidates: Iterable<Proposal>,
  used: Set<string>,
  isTaken: Lookup,
): Promise<string[]> {
  const free: string[] = []
  for (const { uri, name } of candidates) {
    if (used.has(name.key) || (await isTaken(name))) continue
    used.add(name.key)
    free.push(uri)
    if (free.length === PROPOSALS) break
  }
  return free
}
