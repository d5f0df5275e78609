/** The XCAP server on this service's store and configuration. */
import { createImageResizer } from '../core/images/image-resizer.ts'
import type { MaySeeIcon } from '../core/model/presence-policy.ts'
import { PAGE_FOLDER } from '../xcap-server/page-files.ts'
import { createXcapServer, type XcapServer } from '../xcap-server/xcap-server.ts'
import { createAddressList } from './address-list.ts'
import type { Closers } from './closers.ts'
import type { ServerGround } from './ground.ts'
import { readVersion } from './version.ts'

type XcapGround = ServerGround & { readonly maySeeIcon: MaySeeIcon }

export async function startXcap(ground: XcapGround, closers: Closers): Promise<XcapServer> {
  const { configuration, store, urls } = ground
  const { http, icons, limits, applicationUsages } = configuration
  const iconLimits = { maxBase64Bytes: icons.maxBase64Bytes, maxPixels: icons.maxPixels }
  const server = await createXcapServer({
    ...ground,
    ...store,
    images: createImageResizer({ maxPixels: icons.maxPixels }),
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
    iconTokenKey: await store.secrets.secret('icon-token'),
    version: readVersion(),
    ...(http.page && { pageFolder: PAGE_FOLDER }),
  })
  closers.add('the XCAP server', () => {
    server.close()
  })
  return server
}
