/** Hard state: the presence that holds until it is written again, whatever devices publish. RFC 4827. */
import { PIDF_MEDIA_TYPE, PIDF_NAMESPACE } from '../../core/documents/pidf.ts'
import { attributeOf } from '../../core/documents/xml-element.ts'
import { INDEX_DOCUMENT, PIDF_MANIPULATION } from '../../core/model/document-id.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { ConstraintFailure } from '../conflicts.ts'
import type { FindOwner } from '../document-owner.ts'
import { createDocumentAcceptance, type CheckDocument } from '../document-validation.ts'
import { flatHome } from '../flat-home.ts'
import type { UsageParts } from '../usage-parts.ts'

export function createPidfManipulationUsage(parts: UsageParts): ApplicationUsage {
  return {
    ...flatHome(PIDF_MANIPULATION, parts.documents),
    defaultNamespace: PIDF_NAMESPACE,
    mediaType: PIDF_MEDIA_TYPE,
    namespaces: [PIDF_NAMESPACE],
    accept: createDocumentAcceptance({
      ...parts,
      mediaType: PIDF_MEDIA_TYPE,
      root: { namespace: PIDF_NAMESPACE, name: 'presence' },
      check: createCheck(parts.findOwner),
    }),
  }
}

function createCheck(findOwner: FindOwner): CheckDocument {
  return (root, { address: { path, tree } }) => {
    // A presentity has one such document. RFC 4827 §9
    if (path.join('/') !== INDEX_DOCUMENT) {
      throw new ConstraintFailure(`Everybody has one such document, named ${INDEX_DOCUMENT}.`)
    }
    // The entity is the presentity that the document speaks of. RFC 3863 §4.1.1
    const entity = attributeOf(root, 'entity')?.trim() ?? ''
    return whenReady(findOwner(entity), (owner) => {
      if (owner?.aor === tree) return
      throw new ConstraintFailure(
        `The entity must be the person whose document it is, not ${entity}.`,
      )
    })
  }
}
