/** The XCAP server and its icon routes, as one request listener. RFC 4825. */
import type { RequestListener } from 'node:http'
import type { XcapUsages } from '../core/model/xcap-usage.ts'
import { createAnswer } from './answer.ts'
import { documentLimits } from './document-limits.ts'
import { createDocumentTrees } from './document-trees.ts'
import { createErrorReplies } from './error-replies.ts'
import { createIconParts } from './icon-parts.ts'
import { createListener } from './listener.ts'
import { loadPageResources } from './page-resources.ts'
import { createReplySender } from './send-reply.ts'
import { createServerResources } from './server-resources.ts'
import { sweepSessions } from './session-sweep.ts'
import { loadUsages } from './usages.ts'
import type { XcapServerOptions } from './xcap-server-options.ts'

export interface XcapServer {
  /** Takes every request; of paths that it does not know it says 404. */
  readonly listener: RequestListener
  /** What the presence agent must know to tell of documents. */
  readonly usages: XcapUsages
  /** Lets go of the change feed and of compiled schemas, and sweeps no more. */
  close(): void
}

/** Rejects when a configured schema cannot be read. */
export async function createXcapServer(options: XcapServerOptions): Promise<XcapServer> {
  const { changes, clock, log, extend } = options
  const parts = createIconParts(options)
  const page = await loadPageResources({
    folder: options.pageFolder,
    iconUrls: [options.icons.publicUrl, options.publicUrl],
  })
  const xmlLimits = documentLimits(options.documentBytes)
  const personPages = options.icons.personPages === 'opt-in'
  const iconApproval = options.domains.all.some((domain) => domain.iconApproval === 'required')
  const usages = await loadUsages({ ...options, ...parts, xmlLimits, personPages, iconApproval })
  const answer = createAnswer({
    send: createReplySender({ server: `Visage/${options.version}` }),
    errorReply: createErrorReplies({ log }),
    clock,
  })
  const trees = createDocumentTrees()
  // The page comes last: it never stands before what softphones ask for.
  const resources = [...createServerResources(options, parts, { usages, trees }), ...page]
  const unsubscribe = changes.subscribe((change) => {
    if (change.kind !== 'document' || !change.before) return
    parts.representations.forget(change.before)
    trees.forget(change.before)
  })
  const stopSweeping = sweepSessions(options)
  return {
    listener: createListener({ resources, answer, ...(extend && { extend }) }),
    usages: usages.byName,
    close: () => {
      unsubscribe()
      stopSweeping()
      usages.dispose()
    },
  }
}
