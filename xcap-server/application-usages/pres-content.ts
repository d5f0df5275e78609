/** Status icons. The AUIDs `oma_status-icon` and `org.openmobilealliance.pres-content` name the same documents. OMA Presence SIMPLE Content XDM. */
import {
  PRES_CONTENT_MEDIA_TYPE,
  PRES_CONTENT_NAMESPACE,
} from '../../core/documents/pres-content.ts'
import { PRES_CONTENT, STATUS_ICON_FOLDER, type DocumentId } from '../../core/model/document-id.ts'
import { isIconMediaType } from '../../core/model/icon-document.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { DocumentContent, DocumentMetadata, DocumentStore } from '../../core/model/stores.ts'
import { preferred } from '../accept.ts'
import type { ApplicationUsage, DocumentAddress, Readers, Upload } from '../application-usage.ts'
import { UnsupportedMediaType } from '../http-errors.ts'
import type { IconContents } from '../icon-content.ts'
import type { IconForm, IconRepresentations } from '../icon-representations.ts'

/** The AUID of the first icon servers, where an icon is an image first. */
const SEED_NAME = STATUS_ICON_FOLDER
const IMAGES = ['image/png', 'image/jpeg', 'image/gif']

export function createPresContentUsage({
  documents,
  contents,
  representations,
  readers,
  maxIconDocumentBytes,
}: {
  documents: DocumentStore
  contents: IconContents
  representations: IconRepresentations
  readers: Readers
  maxIconDocumentBytes: number
}): ApplicationUsage {
  return {
    auid: PRES_CONTENT,
    names: [PRES_CONTENT, SEED_NAME],
    defaultNamespace: PRES_CONTENT_NAMESPACE,
    mediaType: PRES_CONTENT_MEDIA_TYPE,
    namespaces: [PRES_CONTENT_NAMESPACE],
    maxBytes: maxIconDocumentBytes,
    accept: acceptInto(contents),
    folders: foldersOf,
    locate: locateIcon,
    addresses: addressesOf,
    read: (id, { name }, accepted) =>
      whenReady(documents.metadata(id), (metadata) => {
        const usual: IconForm = name === SEED_NAME ? 'img' : 'xml'
        return (
          metadata && representations.atXcapUri(metadata, formOf(metadata, usual, accepted), usual)
        )
      }),
    readers,
  }
}

function acceptInto(contents: IconContents): (upload: Upload) => DocumentContent {
  return ({ address: { name, tree }, mediaType, body }) => {
    if (mediaType === PRES_CONTENT_MEDIA_TYPE) return contents.fromXml(body, tree)
    if (name === SEED_NAME && isIconMediaType(mediaType)) {
      return contents.fromImage(body, tree, mediaType)
    }
    const images = name === SEED_NAME ? IMAGES : []
    throw new UnsupportedMediaType([PRES_CONTENT_MEDIA_TYPE, ...images])
  }
}

function locateIcon({ name, tree, path }: DocumentAddress): DocumentId | undefined {
  const full = name === SEED_NAME ? [STATUS_ICON_FOLDER, ...path] : path
  if (full.length !== 2 || full[0] !== STATUS_ICON_FOLDER) return undefined
  return { auid: PRES_CONTENT, tree, path: full.join('/') }
}

function addressesOf({ path }: DocumentId): { name: string; path: readonly string[] }[] {
  const [folder = '', ...inside] = path.split('/')
  return [
    { name: PRES_CONTENT, path: [folder, ...inside] },
    { name: SEED_NAME, path: inside },
  ]
}

function foldersOf(name: string): readonly string[] {
  return name === SEED_NAME ? [] : [STATUS_ICON_FOLDER]
}

function formOf(
  { icon }: DocumentMetadata,
  usual: IconForm,
  accepted: string | undefined,
): IconForm {
  if (!icon) return 'xml'
  const image = icon.mediaType
  const [first, second] =
    usual === 'img' ? [image, PRES_CONTENT_MEDIA_TYPE] : [PRES_CONTENT_MEDIA_TYPE, image]
  return preferred(accepted, first, second) === PRES_CONTENT_MEDIA_TYPE ? 'xml' : 'img'
}
