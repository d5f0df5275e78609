/** What a person tells others about themselves. OMA XDM, User Profile. */
import { attributeOf, elementsOf, isNamed } from '../../core/documents/xml-element.ts'
import { auid } from '../../core/model/document-id.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { ConstraintFailure } from '../conflicts.ts'
import type { FindOwner } from '../document-owner.ts'
import { createDocumentAcceptance, type CheckDocument } from '../document-validation.ts'
import { flatHome } from '../flat-home.ts'
import { Forbidden } from '../http-errors.ts'
import type { UsageParts } from '../usage-parts.ts'

const USER_PROFILE_NAMESPACE = 'urn:oma:xml:xdm:user-profile'
const MEDIA_TYPE = 'application/vnd.oma.user-profile+xml'
/** What the operator says of the person. */
const LOCKED = 'locked-user-profile'

export function createUserProfileUsage(parts: UsageParts): ApplicationUsage {
  const accept = createDocumentAcceptance({
    ...parts,
    mediaType: MEDIA_TYPE,
    root: { namespace: USER_PROFILE_NAMESPACE, name: 'user-profiles' },
    check: createCheck(parts.findOwner),
  })
  return {
    ...flatHome(auid('org.openmobilealliance.user-profile'), parts.documents),
    defaultNamespace: USER_PROFILE_NAMESPACE,
    mediaType: MEDIA_TYPE,
    namespaces: [USER_PROFILE_NAMESPACE],
    accept: (upload) => {
      if (upload.address.path.join('/') === LOCKED) {
        throw new Forbidden({ phrase: `Only the operator writes ${LOCKED}.` })
      }
      return accept(upload)
    },
  }
}

/** A profile says whose it is, and stands in the home of that person. */
function createCheck(findOwner: FindOwner): CheckDocument {
  return async (root, { address: { tree } }) => {
    for (const element of elementsOf(root)) {
      const uri = isNamed(element, USER_PROFILE_NAMESPACE, 'user-profile')
        ? attributeOf(element, 'uri')?.trim()
        : undefined
      if (uri === undefined || (await findOwner(uri))?.aor === tree) continue
      throw new ConstraintFailure(
        `The profile must be that of the person whose document it is, not of ${uri}.`,
      )
    }
  }
}
