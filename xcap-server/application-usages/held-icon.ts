/** Icons that wait for approval, for their owner alone to see and to withdraw. Visage's own usage. RFC 4825 §5.1. */
import {
  PRES_CONTENT_MEDIA_TYPE,
  PRES_CONTENT_NAMESPACE,
} from '../../core/documents/pres-content.ts'
import { HELD_ICON, STATUS_ICON_FOLDER } from '../../core/model/document-id.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { ConstraintFailure } from '../conflicts.ts'
import type { IconRepresentations } from '../icon-representations.ts'

export function createHeldIconUsage({
  documents,
  representations,
}: {
  documents: DocumentStore
  representations: IconRepresentations
}): ApplicationUsage {
  return {
    auid: HELD_ICON,
    names: [HELD_ICON],
    defaultNamespace: PRES_CONTENT_NAMESPACE,
    mediaType: PRES_CONTENT_MEDIA_TYPE,
    namespaces: [PRES_CONTENT_NAMESPACE],
    accept: () => {
      throw new ConstraintFailure('Icons come here by themselves: put them where icons stand.')
    },
    folders: () => [STATUS_ICON_FOLDER],
    locate: ({ tree, path }) =>
      path.length === 2 && path[0] === STATUS_ICON_FOLDER
        ? { auid: HELD_ICON, tree, path: path.join('/') }
        : undefined,
    addresses: ({ path }) => [{ name: HELD_ICON, path: path.split('/') }],
    read: (id) =>
      whenReady(
        documents.metadata(id),
        (metadata) => metadata && representations.atXcapUri(metadata, 'img', 'img'),
      ),
    readers: 'owner',
  }
}
