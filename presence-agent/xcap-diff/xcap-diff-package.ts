/** Event package `xcap-diff`: changes of XCAP documents, elements and attributes. RFC 5875 §4. */
import { RESOURCE_LISTS_MEDIA_TYPE } from '../../core/documents/resource-lists.ts'
import { XCAP_DIFF_MEDIA_TYPE } from '../../core/documents/xcap-diff.ts'
import type { ChangeFeed } from '../../core/model/change-feed.ts'
import { unfiltered } from '../../core/model/permissions.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import { createDocumentFollowers } from './document-followers.ts'
import { createDocumentVersions } from './document-versions.ts'
import type { NumberedPackage } from '../event-package.ts'
import type { XcapGround } from './xcap-diff-list.ts'
import { createXcapDiffView } from './xcap-diff-view.ts'

export interface XcapDiffOptions extends XcapGround {
  readonly documents: Pick<DocumentStore, 'get' | 'list' | 'metadata'>
  readonly changes: ChangeFeed
}

export function createXcapDiffPackage(options: XcapDiffOptions): NumberedPackage {
  const { documents, changes } = options
  const followers = createDocumentFollowers(changes)
  const versions = createDocumentVersions(documents)
  return {
    // §4.2
    name: 'xcap-diff',
    // §4.5
    defaultDuration: 3600,
    // §4.6
    contentType: XCAP_DIFF_MEDIA_TYPE,
    // §4.4
    subscribeContentTypes: [RESOURCE_LISTS_MEDIA_TYPE],
    // Who is known may subscribe; what is told of is decided document by document, whoever the request names. §4.7
    authorize: (_presentity, watcher) => unfiltered(watcher === undefined ? 'block' : 'allow'),
    view: (subscriber) => createXcapDiffView({ ...options, followers, versions }, subscriber),
  }
}
