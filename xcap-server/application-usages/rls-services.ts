/** RLS services: lists that people may subscribe to as one resource, and the index of them all. RFC 4826 §4.4. */
import {
  RLS_SERVICES_MEDIA_TYPE,
  RLS_SERVICES_NAMESPACE,
} from '../../core/documents/rls-services.ts'
import { INDEX_DOCUMENT, RLS_SERVICES } from '../../core/model/document-id.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { createDocumentAcceptance } from '../document-validation.ts'
import { flatHome } from '../flat-home.ts'
import { createOneByOne } from '../one-by-one.ts'
import { createRlsGlobalIndex } from '../rls-global-index.ts'
import { createRlsServiceCheck } from '../rls-service-check.ts'
import type { RlsServiceIndex } from '../rls-service-index.ts'
import { createServiceUniqueness } from '../rls-service-uniqueness.ts'
import type { UsageParts } from '../usage-parts.ts'

export function createRlsServicesUsage(
  parts: UsageParts & {
    index: RlsServiceIndex
    accounts: AccountStore
    domains: Domains
    xcapRoot: string
  },
): ApplicationUsage {
  const home = flatHome(RLS_SERVICES, parts.documents)
  const checkUniqueness = createServiceUniqueness(parts)
  const globalIndex = createRlsGlobalIndex(parts)
  return {
    ...home,
    defaultNamespace: RLS_SERVICES_NAMESPACE,
    mediaType: RLS_SERVICES_MEDIA_TYPE,
    namespaces: [RLS_SERVICES_NAMESPACE],
    accept: createDocumentAcceptance({
      mediaType: RLS_SERVICES_MEDIA_TYPE,
      root: { namespace: RLS_SERVICES_NAMESPACE, name: 'rls-services' },
      schema: parts.schema,
      check: createRlsServiceCheck({ ...parts, checkUniqueness }),
      xmlLimits: parts.xmlLimits,
    }),
    read: (id, address, accept) => {
      if (id.tree !== 'global') return home.read(id, address, accept)
      return id.path === INDEX_DOCUMENT ? globalIndex() : undefined
    },
    // Services of different people exclude each other.
    oneByOne: createOneByOne(),
    globalReaders: 'resource-list-servers',
  }
}
