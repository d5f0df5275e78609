/** The addresses that the server answers at, and what stands behind each. */
import { createAnnouncedIcons } from './announced-icons.ts'
import { createAuthorization } from './authorization.ts'
import { createDocumentLocator } from './document-locator.ts'
import { createOwnerFinder } from './document-owner.ts'
import { createDocumentReads } from './document-reads.ts'
import { createDocumentWrites } from './document-writes.ts'
import { createIconForm } from './icon-form.ts'
import type { IconParts } from './icon-parts.ts'
import { createIdentification } from './identification.ts'
import { createOriginCheck } from './page-origin.ts'
import { createPersonIcons } from './person-icons.ts'
import type { Resource } from './resources.ts'
import { createSignIn } from './sign-in.ts'
import type { Usages } from './usages.ts'
import type { XcapServerOptions } from './xcap-server-options.ts'

const PERSON_FOLDER = '/icons'

export function createServerResources(
  options: XcapServerOptions,
  parts: IconParts,
  usages: Usages,
): Resource[] {
  const { xcapRoot, publicUrl, icons } = options
  const shared = {
    ...options,
    ...parts,
    usages: usages.byName,
    rootUrl: publicUrl + xcapRoot,
  }
  const findOwner = createOwnerFinder(options)
  const identify = createIdentification({ ...options, signIn: createSignIn(options) })
  const access = { findOwner, identify, ...createAuthorization({ ...options, identify }) }
  const locate = createDocumentLocator({ ...shared, ...access })
  const writes = createDocumentWrites({ ...shared, ...access, locate })
  const people = { ...shared, ...access, folder: PERSON_FOLDER, byAddress: icons.byAddress }
  const isOwnPage = createOriginCheck({ ...options, urls: [publicUrl, icons.publicUrl] })
  return [
    {
      path: xcapRoot,
      methods: {
        GET: createDocumentReads({ ...access, locate }),
        PUT: writes.put,
        DELETE: writes.delete,
      },
    },
    { path: '/i', methods: { GET: createAnnouncedIcons({ ...shared, ...access }) } },
    {
      path: PERSON_FOLDER,
      methods: { GET: createPersonIcons(people), POST: createIconForm({ ...people, isOwnPage }) },
    },
  ]
}
