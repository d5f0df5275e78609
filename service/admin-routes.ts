/** What the administration's own listener serves, by the beginning of the path. */
import type { RequestListener } from 'node:http'

/** `/metrics` is that path alone; `/admin/v1/` is all below it. */
export type AdminRoutes = Readonly<Record<string, RequestListener>>

export function serveAdminRoutes(routes: AdminRoutes): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    const below = Object.keys(routes).find((route) => route.endsWith('/') && path.startsWith(route))
    const handle = (Object.hasOwn(routes, path) ? routes[path] : undefined) ?? routes[below ?? '']
    if (handle) handle(request, response)
    else {
      const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
      response.writeHead(404, headers).end('not found\n')
    }
  }
}
