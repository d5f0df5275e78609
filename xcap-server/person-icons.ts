/** A stable address per person: `GET /icons/<address>?s=96&d=404|initials|blank`, for web pages and Call-Info. RFC 3261 §20.9. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { DocumentStore } from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Handle } from './answer.ts'
import type { Representation } from './application-usage.ts'
import { computedDocument } from './computed-document.ts'
import type { DocumentOwner, FindOwner } from './document-owner.ts'
import { respond } from './document-reads.ts'
import { BadRequest, NotFound } from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { Identify } from './identification.ts'
import { blankPicture, initialsPicture } from './initials-picture.ts'
import { personIn } from './person-address.ts'
import type { HasPublicCard } from './public-cards.ts'
import type { ResizedIcons } from './resized-icons.ts'

const SIDES = [32, 48, 64, 96, 128, 192, 256]
const LARGEST = 256
const USUAL_SIDE = 96

/** What is shown of a person without an icon, and of one who does not exist. */
const SUBSTITUTES = new Map<string, (person: Aor, side: number) => Buffer | undefined>([
  ['404', () => undefined],
  ['initials', initialsPicture],
  ['blank', (_person, side) => blankPicture(side)],
])

interface PersonIconAccess {
  readonly identify: Identify
  readonly byAddress: 'off' | 'authenticated' | 'public'
  readonly hasPublicCard: HasPublicCard
}

export function createPersonIcons({
  folder,
  findOwner,
  documents,
  resized,
  ...access
}: {
  folder: string
  findOwner: FindOwner
  documents: DocumentStore
  resized: ResizedIcons
} & PersonIconAccess): Handle {
  const authorize = createAuthorize(access)

  async function iconOf(owner: DocumentOwner | undefined, side: number) {
    const icon = owner && (await documents.currentIcon(owner.aor))
    return icon && resized.of(icon.icon, side)
  }

  return async (request) => {
    const person = personIn(request.path, folder)
    const { side, substitute } = wishesIn(request)
    const owner = await findOwner(person)
    await authorize(request, owner)
    const picture = (await iconOf(owner, side)) ?? substituteFor(substitute(person, side))
    return respond(request, picture)
  }
}

function createAuthorize({ identify, byAddress, hasPublicCard }: PersonIconAccess) {
  return (request: HttpRequest, owner: DocumentOwner | undefined): MaybePromise<unknown> => {
    if (byAddress === 'public') return undefined
    // Without a domain there is nothing to sign in to.
    if (!owner) throw new NotFound()
    return whenReady(hasPublicCard(owner), (isPublic) => {
      if (isPublic) return undefined
      // An address can be guessed, so this is off unless the operator or the person wants it.
      if (byAddress === 'off') throw new NotFound()
      return identify(request, owner)
    })
  }
}

function substituteFor(png: Buffer | undefined): Representation {
  if (!png) throw new NotFound()
  return computedDocument(png, 'image/png')
}

/** Throws `BadRequest` where the query says something else than a size and a substitute. */
function wishesIn({ reference }: HttpRequest) {
  const query = new URLSearchParams(reference.split('?')[1])
  const size = query.get('s') ?? String(USUAL_SIDE)
  const substitute = SUBSTITUTES.get(query.get('d') ?? '404')
  if (!/^[1-9]\d{0,4}$/.test(size)) throw new BadRequest({ phrase: 's is a size in pixels.' })
  if (!substitute) throw new BadRequest({ phrase: 'd is 404, initials or blank.' })
  // The next size up: a browser makes it smaller better than larger.
  const side = SIDES.find((one) => one >= Number(size)) ?? LARGEST
  return { side, substitute }
}
