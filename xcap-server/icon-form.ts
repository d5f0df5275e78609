/** Takes icons from web forms: `POST /icons/<address>` with multipart/form-data. RFC 7578. */
import type { RequestHandler } from 'express'
import multer, { MulterError } from 'multer'
import { randomInt } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { PRES_CONTENT, STATUS_ICON_FOLDER } from '../core/model/document-id.ts'
import { iconExtension } from '../core/model/status-icon.ts'
import type { DocumentContent, DocumentStore } from '../core/model/stores.ts'
import { buildXcapUri } from '../core/uri/xcap-uri.ts'
import type { Handle } from './answer.ts'
import type { AuthorizeWrite } from './authorization.ts'
import type { DocumentOwner, FindOwner } from './document-owner.ts'
import { etagField } from './entity-tag-fields.ts'
import { clientOrigin, type IsTrusted } from './forwarded.ts'
import {
  BadRequest,
  ContentTooLarge,
  Forbidden,
  NotFound,
  RequestAborted,
  UnsupportedMediaType,
} from './http-errors.ts'
import type { HttpRequest } from './http-request.ts'
import type { IconContents } from './icon-content.ts'
import { personIn } from './person-address.ts'
import type { Reply } from './reply.ts'

/** What a form may bring besides the image: boundaries, headers, a few small fields. */
const FORM_OVERHEAD_BYTES = 64 * 1024
const NAME_LENGTH = 20
const NAME_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function createIconForm({
  folder,
  findOwner,
  authorizeWrite,
  contents,
  documents,
  rootUrl,
  origins,
  trustProxy,
  maxImageBytes,
}: {
  folder: string
  findOwner: FindOwner
  authorizeWrite: AuthorizeWrite
  contents: IconContents
  documents: DocumentStore
  /** Absolute URL of the XCAP root. */
  rootUrl: string
  /** Besides the one that the request itself was sent to. */
  origins: readonly string[]
  trustProxy: IsTrusted
  maxImageBytes: number
}): Handle {
  const receive = createFormReader(maxImageBytes)

  /** A page of another site must not change somebody's icon behind their back. */
  function refuseForeignPage(request: HttpRequest): void {
    const { origin } = request.headers
    if (origin === undefined) return
    if (origin === clientOrigin(request, trustProxy) || origins.includes(origin)) return
    throw new Forbidden({ phrase: 'Pages of other sites may not send icons.' })
  }

  async function store(owner: DocumentOwner, content: DocumentContent): Promise<Reply> {
    const name = randomName(content)
    const path = `${STATUS_ICON_FOLDER}/${name}`
    const outcome = await documents.put({ auid: PRES_CONTENT, tree: owner.aor, path }, content, {
      ifNoneMatch: '*',
    })
    if (outcome.outcome !== 'created') throw new Error('a random name was taken')
    const uri = buildXcapUri({ auid: STATUS_ICON_FOLDER, xui: owner.aor, path: [name] })
    return created(rootUrl + uri, outcome.tag)
  }

  return async (request) => {
    refuseForeignPage(request)
    const owner = await findOwner(personIn(request.path, folder))
    if (!owner) throw new NotFound()
    await authorizeWrite(request, owner)
    const image = await receive(request.message)
    return store(owner, contents.fromImage(image, owner.aor))
  }
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

/** The one file of the form; its name and type are the sender's word and count for nothing. */
function createFormReader(maxBytes: number): (message: IncomingMessage) => Promise<Uint8Array> {
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: maxBytes, files: 1, fields: 8, fieldSize: 1024, parts: 9 },
  }).any()
  return (message) =>
    new Promise((resolve, reject) => {
      const announced = Number(message.headers['content-length'] ?? 0)
      if (announced > maxBytes + FORM_OVERHEAD_BYTES) throw new ContentTooLarge(maxBytes)
      const form = message as Parameters<RequestHandler>[0]
      read(form, undefined as never, (error: unknown) => {
        if (error !== undefined) reject(formError(error, message, maxBytes))
        else if (Array.isArray(form.files) && form.files[0]) resolve(form.files[0].buffer)
        else reject(new UnsupportedMediaType(['multipart/form-data']))
      })
    })
}

function formError(error: unknown, message: IncomingMessage, maxBytes: number): Error {
  if (message.destroyed && !message.complete) return new RequestAborted()
  const tooLarge = error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE'
  if (tooLarge) return new ContentTooLarge(maxBytes)
  return new BadRequest({ phrase: 'The form cannot be read: send one image file.' })
}
