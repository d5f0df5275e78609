/** Takes icons from web forms: `POST /icons/<address>` with multipart/form-data. RFC 7578. */
import { randomInt } from 'node:crypto'
import { PRES_CONTENT, STATUS_ICON_FOLDER } from '../core/model/document-id.ts'
import { iconExtension } from '../core/model/status-icon.ts'
import type { Allowance, DocumentContent, DocumentStore } from '../core/model/stores.ts'
import { buildXcapUri } from '../core/uri/xcap-uri.ts'
import type { Handle } from './answer.ts'
import type { AuthorizeWrite } from './authorization.ts'
import type { DocumentOwner, FindOwner } from './document-owner.ts'
import { etagField } from './entity-tag-fields.ts'
import type { ReadFormImage } from './form-image.ts'
import { Forbidden, NotFound } from './http-errors.ts'
import type { IconContents } from './icon-content.ts'
import type { CheckIconLock } from './icon-lock.ts'
import { bannedImage, heldReply } from './moderation-replies.ts'
import { noRoom } from './no-room.ts'
import { personIn } from './person-address.ts'
import type { Reply } from './reply.ts'
import type { CheckUpload } from './upload-rate.ts'
import type { SiteOf } from './request-site.ts'

const NAME_LENGTH = 20
const NAME_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

interface IconFormParts {
  readonly folder: string
  readonly findOwner: FindOwner
  readonly authorizeWrite: AuthorizeWrite
  readonly contents: IconContents
  readonly documents: DocumentStore
  readonly allowance: Allowance
  /** Absolute URL of the XCAP root. */
  readonly rootUrl: string
  readonly readImage: ReadFormImage
  readonly siteOf: SiteOf
  readonly checkUpload: CheckUpload
  readonly checkIconLock: CheckIconLock
}

export function createIconForm({
  folder,
  findOwner,
  authorizeWrite,
  contents,
  documents,
  allowance,
  rootUrl,
  readImage,
  siteOf,
  checkUpload,
  checkIconLock,
}: IconFormParts): Handle {
  async function store(owner: DocumentOwner, content: DocumentContent): Promise<Reply> {
    const name = randomName(content)
    const path = `${STATUS_ICON_FOLDER}/${name}`
    const id = { auid: PRES_CONTENT, tree: owner.aor, path }
    const outcome = await documents.put(id, content, { ifNoneMatch: '*' }, allowance)
    if (outcome.outcome === 'no-room') throw noRoom(outcome, allowance)
    if (outcome.outcome === 'banned') throw new Forbidden({ phrase: bannedImage().message })
    if (outcome.outcome === 'held') return heldReply(outcome, rootUrl)
    if (outcome.outcome !== 'created') throw new Error('a random name was taken')
    const uri = buildXcapUri({ auid: STATUS_ICON_FOLDER, xui: owner.aor, path: [name] })
    return created(rootUrl + uri, outcome.tag)
  }

  return async (request) => {
    if (siteOf(request) === 'foreign') throw fromAnotherSite()
    const owner = await findOwner(personIn(request.path, folder))
    if (!owner) throw new NotFound()
    await authorizeWrite(request, owner)
    await checkIconLock(owner.aor, PRES_CONTENT)
    checkUpload(request, owner.aor, PRES_CONTENT)
    const image = await readImage(request.message)
    return store(owner, contents.fromImage(image, owner.aor))
  }
}

/** A page of another site must not change somebody's icon behind their back. */
function fromAnotherSite(): Forbidden {
  return new Forbidden({ phrase: 'Pages of other sites may not send icons.' })
}

function created(url: string, tag: Parameters<typeof etagField>[0]): Reply {
  return {
    status: 201,
    headers: { 'Content-Type': 'application/json', Location: url, ETag: etagField(tag) },
    body: Buffer.from(JSON.stringify({ url, etag: tag })),
  }
}

function randomName({ icon }: DocumentContent): string {
  const letters = Array.from({ length: NAME_LENGTH }, () =>
    NAME_CHARACTERS.charAt(randomInt(NAME_CHARACTERS.length)),
  )
  return `${letters.join('')}.${iconExtension(icon?.mediaType ?? 'image/png')}`
}
