/** What must hold of RLS services besides their schema. RFC 4826 §4.4.5. */
import {
  parseRlsServices,
  RLS_SERVICES_NAMESPACE,
  type RlsService,
} from '../core/documents/rls-services.ts'
import { RESOURCE_LISTS, RLS_SERVICES, type DocumentTree } from '../core/model/document-id.ts'
import type { Domains } from '../core/model/domain.ts'
import { belowXcapRoot } from '../core/model/list-reference.ts'
import { rlsServiceName } from '../core/model/rls-service-name.ts'
import { parseXcapUri } from '../core/uri/xcap-uri.ts'
import { checkLists } from './application-usages/resource-lists.ts'
import { ConstraintFailure, readingConflict } from './conflicts.ts'
import type { FindOwner } from './document-owner.ts'
import type { CheckDocument } from './document-validation.ts'
import type { CheckServiceUniqueness } from './rls-service-uniqueness.ts'

interface Parts {
  checkUniqueness: CheckServiceUniqueness
  findOwner: FindOwner
  domains: Domains
  /** Path of the XCAP root. */
  xcapRoot: string
}

export function createRlsServiceCheck(parts: Parts): CheckDocument {
  return async (root, { address: { tree, path } }) => {
    const read = parseRlsServices(root)
    if (read.error !== undefined) throw readingConflict(read)
    // A list of a service follows the rules of lists. RFC 4826 §4.4.5
    checkLists(root, RLS_SERVICES_NAMESPACE)
    await parts.checkUniqueness(read.value, { auid: RLS_SERVICES, tree, path: path.join('/') })
    for (const service of read.value) {
      checkAddress(service, tree, parts.domains)
      await checkReference(service, tree, parts)
    }
  }
}

function checkAddress({ uri }: RlsService, tree: DocumentTree, domains: Domains): void {
  const name = rlsServiceName(uri, domains)
  if (name === undefined) {
    throw new ConstraintFailure(
      `A service needs an address as sip:friends@example.com, not ${uri}.`,
    )
  }
  // Nobody takes addresses that the people of another domain here may want.
  const domain = domains.of(name.aor)
  if (tree !== 'global' && domain && domains.of(tree) !== domain) {
    throw new ConstraintFailure(`A service of yours cannot be in the domain ${domain.name}.`)
  }
}

async function checkReference(
  { uri, members }: RlsService,
  tree: DocumentTree,
  { xcapRoot, findOwner }: Parts,
): Promise<void> {
  if (members.kind !== 'reference') return
  const isAbsolute = /^https?:/i.test(members.uri)
  const reference = isAbsolute ? belowXcapRoot(members.uri, [xcapRoot]) : undefined
  const list = reference === undefined ? 'nowhere' : parseXcapUri(reference)
  if (typeof list === 'string' || list.auid !== RESOURCE_LISTS || !list.node) {
    throw new ConstraintFailure(
      `The resource-list of ${uri} must be the whole HTTP address of a list in a resource-lists document.`,
    )
  }
  const owner = list.xui === undefined ? undefined : await findOwner(list.xui)
  if (owner?.aor === tree) return
  throw new ConstraintFailure(`The resource-list of ${uri} must be one of your own lists.`)
}
