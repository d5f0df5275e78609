/** A person's public card at `/u/<address>`, for whoever wants one and has a picture. */
import { readFileSync } from 'node:fs'
import type { DocumentStore } from '../core/model/stores.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { Handle } from './answer.ts'
import type { Representation } from './application-usage.ts'
import { computedDocument } from './computed-document.ts'
import type { DocumentOwner, FindOwner } from './document-owner.ts'
import { respond } from './document-reads.ts'
import { NotFound } from './http-errors.ts'
import { documentHeaders } from './page-headers.ts'
import { personIn } from './person-address.ts'
import { CARD_STYLE, noCardHtml, personCardHtml } from './person-card-html.ts'
import type { HasPublicCard } from './public-cards.ts'
import type { Reply } from './reply.ts'

const HTML = 'text/html; charset=utf-8'
const HEADERS = documentHeaders({
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'form-action': ["'none'"],
})

interface Places {
  /** Path that the cards are below. */
  readonly folder: string
  /** Path that the icons by address are below. */
  readonly iconFolder: string
  /** Scheme and host that clients reach the service at. */
  readonly publicUrl: string
}

export function createPersonCard({
  findOwner,
  hasPublicCard,
  documents,
  ...places
}: Places & {
  findOwner: FindOwner
  hasPublicCard: HasPublicCard
  documents: Pick<DocumentStore, 'currentIcon'>
}): Handle {
  const { folder } = places
  const style = computedDocument(
    // Beside this file, wherever the service was started from.
    readFileSync(new URL(`./${CARD_STYLE}`, import.meta.url)),
    'text/css; charset=utf-8',
  )

  async function findCard(path: string) {
    const person = personIn(path, folder)
    const owner = await findOwner(person)
    if (!owner || !(await hasPublicCard(owner))) throw new NotFound()
    if (!(await documents.currentIcon(owner.aor))) throw new NotFound()
    return cardOf(person, owner, places)
  }

  return async (request) => {
    if (request.path === `${folder}/${CARD_STYLE}`) return respond(request, style)
    try {
      return await respond(request, await findCard(request.path))
    } catch (error) {
      // Nobody here, no card wanted, no picture: nobody learns which of them it is.
      if (error instanceof NotFound) return noCard()
      throw error
    }
  }
}

function cardOf(
  person: Aor,
  { account }: DocumentOwner,
  { publicUrl, folder, iconFolder }: Places,
): Representation {
  // As it was asked for: who knows one address of a person is told no other.
  const address = person.replace(/^sip:/, '')
  const segment = asSegment(address)
  const card = personCardHtml({
    ...{ uri: person, name: account?.name ?? address },
    cardUrl: `${publicUrl}${folder}/${segment}`,
    iconUrl: `${publicUrl}${iconFolder}/${segment}`,
    iconPath: `..${iconFolder}/${segment}`,
  })
  const { headers, ...document } = computedDocument(card.source, HTML)
  return { ...document, headers: { ...headers, ...HEADERS } }
}

function noCard(): Reply {
  return {
    status: 404,
    headers: { 'Content-Type': HTML, 'Cache-Control': 'no-cache', ...HEADERS },
    body: Buffer.from(noCardHtml().source),
  }
}

/** One segment of a path, as readable as it may be. RFC 3986 §3.3 */
function asSegment(address: string): string {
  return encodeURIComponent(address).replace(/%40/g, '@').replace(/%3A/g, ':').replace(/%2B/g, '+')
}
