/** Puts the page of one signed-in person together: what talks to the service, and the model above it. */
import { createContacts, createIconClient, createXcapClient, parseAor } from '../client/index.ts'
import { prepareImage } from '../client/browser/image-preparation.ts'
import { systemClock } from '../client/client-clock.ts'
import { createKeptStatus } from './model/kept-status.ts'
import { createKeptTag } from './model/kept-tag.ts'
import { createPageModel, type OpenPage } from './model/create-page-model.ts'
import { createPublicCard } from './my-card/public-card.ts'
import { createHeldPictures } from './picture/held-pictures.ts'
import { createMyPicture } from './picture/my-picture.ts'
import type { KeptTexts } from './session/browser-storage.ts'
import type { SessionDoors } from './session/page-session.ts'
import { sameOriginFetch } from './session/same-origin-fetch.ts'
import type { Session } from './session/session.ts'

interface BrowserParts {
  readonly storage: KeptTexts
  /** Of this tab alone. */
  readonly tab: KeptTexts
  readonly fetch: typeof globalThis.fetch
}

export function openPage(
  { session, doors }: { session: Session; doors: SessionDoors },
  { storage, tab, fetch }: BrowserParts,
): OpenPage {
  const { address, xcapRoot } = session
  const own = parseAor(address)
  if (!own) throw new Error(`${address} is no address`)
  const onSessionOver = () => {
    doors.refused('http')
  }
  const xcap = createXcapClient({ xcapRoot, fetch: sameOriginFetch(fetch, onSessionOver) })
  return createPageModel({
    session,
    doors,
    contacts: createContacts({ xcap, own, clock: Date }),
    myPicture: createMyPicture({
      url: session.icons,
      icons: createIconClient({ xcap, xui: address, prepare: prepareImage }),
      held: createHeldPictures({ xcap, address }),
      onSessionOver,
    }),
    publicCard: createPublicCard({ xcap, address }),
    openPresence: async (onState) => {
      const { openLivePresence } = await import('./model/live-presence.ts')
      return openLivePresence(session, { onState, tagKeeper: createKeptTag(tab, address) })
    },
    keptStatus: createKeptStatus(storage, address),
    clock: systemClock,
  })
}
