/** The buddy-list page at `/`: the built files from memory, behind a strict Content-Security-Policy. */
import type { Handle } from './answer.ts'
import { respond } from './document-reads.ts'
import { NotFound, ServiceUnavailable } from './http-errors.ts'
import { readPageFiles } from './page-files.ts'
import { documentHeaders } from './page-headers.ts'
import type { HeaderFields } from './reply.ts'
import type { Resource } from './resources.ts'

/** `folder`: what the build made; absent: there shall be no page. `iconUrls`: where pictures may come from, besides the page's own place. */
export async function loadPageResources({
  folder,
  iconUrls,
}: {
  folder: string | undefined
  iconUrls: readonly string[]
}): Promise<Resource[]> {
  if (folder === undefined) return []
  const assets = await readPageFiles(folder, pageHeaders(iconUrls))
  if (!assets.has('/')) return [{ path: '/', methods: { GET: notBuilt } }]
  const serve: Handle = (request) => {
    const asset = assets.get(request.path)
    if (!asset) throw new NotFound()
    return respond(request, asset.represent(request.headers['accept-encoding']))
  }
  // One resource for `/`, and one for every folder and file beside the index.
  const paths = new Set([...assets.keys()].map((path) => /^\/[^/]*/.exec(path)?.[0] ?? '/'))
  return [...paths].map((path) => ({ path, methods: { GET: serve } }))
}

function pageHeaders(iconUrls: readonly string[]): HeaderFields {
  const iconOrigins = new Set(iconUrls.map((url) => new URL(url).origin))
  return {
    ...documentHeaders({
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'blob:', ...iconOrigins],
      // A WebSocket to the own host is among these. CSP 3 §6.7.2.8
      'connect-src': ["'self'"],
      'font-src': ["'self'"],
      'manifest-src': ["'self'"],
      'form-action': ["'self'"],
    }),
    'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
  }
}

function notBuilt(): never {
  throw new ServiceUnavailable({ phrase: 'The page is not built here: npm run build makes it.' })
}
