/** The addresses that the server answers at, and what stands behind each. */
import { createAnnouncedIcons } from './announced-icons.ts'
import { createAuthorization } from './authorization.ts'
import { createOwnerFinder } from './document-owner.ts'
import type { DocumentTrees } from './document-trees.ts'
import { createIconForm } from './icon-form.ts'
import { createIconLockCheck } from './icon-lock.ts'
import type { IconParts } from './icon-parts.ts'
import { createIdentification } from './identification.ts'
import { createPersonCard } from './person-card.ts'
import { createPersonIcons } from './person-icons.ts'
import { createPublicCards } from './public-cards.ts'
import { createSiteOf } from './request-site.ts'
import type { Resource } from './resources.ts'
import { createSessionParts } from './session-parts.ts'
import { createSignIn } from './sign-in.ts'
import { createUploadCheck } from './upload-rate.ts'
import type { Usages } from './usages.ts'
import { createXcapResource } from './xcap-resource.ts'
import type { XcapServerOptions } from './xcap-server-options.ts'

const PERSON_FOLDER = '/icons'
const CARD_FOLDER = '/u'

export function createServerResources(
  options: XcapServerOptions,
  parts: IconParts,
  { usages, trees }: { usages: Usages; trees: DocumentTrees },
): Resource[] {
  const { xcapRoot, publicUrl, icons } = options
  const rootUrl = publicUrl + xcapRoot
  const shared = { ...options, ...parts, trees, rootUrl, usages: usages.byName }
  const checks = uploadChecks(options)
  const findOwner = createOwnerFinder(options)
  const browsers = createSessionParts(options, { findOwner, folder: PERSON_FOLDER })
  const identify = createIdentification({
    ...options,
    signIn: createSignIn(options),
    findSession: browsers.findSession,
  })
  const access = { findOwner, identify, ...createAuthorization({ ...options, identify }) }
  const hasPublicCard = createPublicCards(options)
  const cards = { ...shared, ...access, hasPublicCard }
  const people = { ...cards, folder: PERSON_FOLDER, byAddress: icons.byAddress }
  const siteOf = createSiteOf({ ...options, urls: [publicUrl, icons.publicUrl] })
  return [
    createXcapResource({ ...shared, ...access, ...checks }),
    browsers.resource,
    { path: '/i', methods: { GET: createAnnouncedIcons({ ...shared, ...access }) } },
    {
      path: PERSON_FOLDER,
      methods: {
        GET: createPersonIcons(people),
        POST: createIconForm({ ...people, siteOf, ...checks }),
      },
    },
    {
      path: CARD_FOLDER,
      methods: {
        GET: createPersonCard({ ...cards, folder: CARD_FOLDER, iconFolder: PERSON_FOLDER }),
      },
    },
  ]
}

/** What may keep somebody from storing an icon of their own. */
function uploadChecks(options: XcapServerOptions) {
  return {
    checkUpload: createUploadCheck(options),
    checkIconLock: createIconLockCheck(options.isIconLocked),
  }
}
