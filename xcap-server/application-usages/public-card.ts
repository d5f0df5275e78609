/** Who wants a public card: `<public-card/>` as `index` in a person's home. Visage's own usage. RFC 4825 §5.1. */
import { PUBLIC_CARD } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { createDocumentAcceptance } from '../document-validation.ts'
import { flatHome } from '../flat-home.ts'
import type { UsageParts } from '../usage-parts.ts'

const namespace = 'urn:x-visage:public-card'
const MEDIA_TYPE = 'application/vnd.visage.public-card+xml'

export function createPublicCardUsage({
  documents,
  schema,
  xmlLimits,
}: Pick<UsageParts, 'documents' | 'schema' | 'xmlLimits'>): ApplicationUsage {
  return {
    ...flatHome(PUBLIC_CARD, documents),
    defaultNamespace: namespace,
    mediaType: MEDIA_TYPE,
    namespaces: [namespace],
    accept: createDocumentAcceptance({
      mediaType: MEDIA_TYPE,
      root: { namespace, name: 'public-card' },
      schema,
      xmlLimits,
    }),
  }
}
