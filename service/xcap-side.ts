/** The XCAP server on this service's store and configuration. */
import { createImageResizer } from '../core/images/image-resizer.ts'
import type { MaySeeIcon } from '../core/model/presence-policy.ts'
import { PAGE_FOLDER } from '../xcap-server/page-files.ts'
import { createXcapServer, type XcapServer } from '../xcap-server/xcap-server.ts'
import { createAddressList } from './address-list.ts'
import type { Closers } from './closers.ts'
import type { ServerGround } from './ground.ts'
import { createUploadRate } from './load/upload-rate.ts'
import { steadyClock } from './steady-clock.ts'
import { createIconLocks } from './people/icon-locks.ts'
import { readVersion } from './version.ts'

type XcapGround = ServerGround & { readonly maySeeIcon: MaySeeIcon }

/** Milliseconds for requests that the one before has begun: longer than a request may last. */
const LAST_REQUESTS = 90_000

/** What it was made of; a change makes it anew. */
const OF_IT = /^(domains$|(http|icons|session|limits)\.)/

export async function startXcap(ground: XcapGround, closers: Closers): Promise<XcapServer> {
  const { settings, clock, log } = ground
  let current = await createOne(ground)
  // Who tells of documents holds these for as long as it runs.
  const usages = new Map(current.usages)
  const renew = async () => {
    const before = current
    current = await createOne(ground)
    usages.clear()
    for (const [name, usage] of current.usages) usages.set(name, usage)
    clock.after(LAST_REQUESTS, () => {
      before.close()
    })
  }
  // One after the other, or an older configuration could be the last to be ready.
  let renewing = Promise.resolve()
  settings.onChange((changed) => {
    if (!changed.some((key) => OF_IT.test(key))) return
    renewing = renewing.then(renew).catch((error: unknown) => {
      log.error({ err: error }, 'the HTTP side stays as it was')
    })
  })
  closers.add('the XCAP server', () => {
    current.close()
  })
  return {
    usages,
    listener(request, response) {
      current.listener(request, response)
    },
    close() {
      current.close()
    },
  }
}

async function createOne(ground: XcapGround): Promise<XcapServer> {
  const { configuration, store, urls } = ground
  const { http, icons, limits, applicationUsages } = configuration
  const iconLimits = { maxBase64Bytes: icons.maxBase64Bytes, maxPixels: icons.maxPixels }
  return createXcapServer({
    ...ground,
    ...store,
    images: createImageResizer({ maxPixels: icons.maxPixels, counts: ground.observed.images }),
    xcapRoot: http.xcapRoot,
    publicUrl: urls.http,
    icons: { ...icons, publicUrl: urls.icons, limits: iconLimits },
    session: configuration.session,
    applicationUsages,
    allowance: { documents: limits.documentsPerUser, bytes: limits.bytesPerUser },
    documentBytes: limits.documentBytes,
    trustProxy: createAddressList(http.trustProxy),
    assertedFrom: createAddressList(http.assertedFrom),
    resourceListServers: createAddressList(http.resourceListServers),
    mayAsk: ground.load.mayAccountAsk.http,
    isIconLocked: createIconLocks(store).isLocked,
    mayUpload: createUploadRate(limits, steadyClock),
    iconTokenKey: await store.secrets.secret('icon-token'),
    version: readVersion(),
    ...(http.page && { pageFolder: PAGE_FOLDER }),
  })
}
