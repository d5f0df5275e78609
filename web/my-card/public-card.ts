/** Whether I want a public card: a document of my own says so. XCAP usage `org.visage.public-card`. */
import { signal } from '@preact/signals'
import { getXcapCaps } from '../../client/xcap-caps.ts'
import type { XcapClient } from '../../client/xcap-client.ts'
import { XcapError } from '../../client/xcap-error.ts'
import { inWords } from '../model/action-words.ts'
import type { PublicCard } from '../model/page-model.ts'

const AUID = 'org.visage.public-card'
const CONTENT = {
  contentType: 'application/vnd.visage.public-card+xml',
  body: new TextEncoder().encode('<public-card xmlns="urn:x-visage:public-card"/>'),
}

/** `address`: mine, as `sip:alice@example.com`. Asks at once; as long as there is no answer it counts as not offered. */
export function createPublicCard({
  xcap,
  address,
}: {
  xcap: XcapClient
  address: string
}): PublicCard {
  const shown = signal<boolean>()
  const document = { auid: AUID, xui: address, path: ['index'] }

  async function ask(): Promise<void> {
    const { auids } = await getXcapCaps(xcap)
    if (auids.includes(AUID)) shown.value = await exists(xcap.get(document))
  }

  ask().catch(() => undefined)
  return {
    path: `/u/${encodeURIComponent(address.replace(/^sips?:/, '')).replaceAll('%40', '@')}`,
    shown,
    show: async (wanted) => {
      try {
        await (wanted ? xcap.put(document, CONTENT) : exists(xcap.delete(document)))
        shown.value = wanted
      } catch (error) {
        throw inWords(error)
      }
    },
  }
}

/** False: there is no such document. */
async function exists(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer
    return true
  } catch (error) {
    if (error instanceof XcapError && error.status === 404) return false
    throw error
  }
}
