/** The HTTP listeners of the configuration, with this service's door behind them. */
import type { Closers } from './closers.ts'
import type { Ground } from './ground.ts'
import type { Door } from './health.ts'
import { openHttpListeners, type HttpListeners } from './http-listeners.ts'
import { liveAddressList } from './life/live-address-list.ts'
import { nameRequests } from './request-names.ts'
import type { TlsFiles } from './tls-files.ts'

/** Milliseconds for requests under way when the service stops. */
const LAST_REQUESTS = 5_000

export async function openHttp(
  { configuration, settings, log, costs, drain, observed, team }: Ground,
  { door, tls }: { door: Door; tls: TlsFiles },
  closers: Closers,
): Promise<HttpListeners> {
  const naming = {
    isTrusted: liveAddressList(settings, (now) => now.http.trustProxy),
    isDebugging: () => configuration.log.level === 'debug',
    log,
  }
  const http = await openHttpListeners({
    listeners: configuration.http.listen.map(({ address }, index) => ({
      address,
      tls: tls.http[index],
    })),
    handle: nameRequests(naming, door.handle),
    upgrade: door.upgrade,
    maxConnections: configuration.limits.httpConnections,
    onAnswered(request, response, seconds) {
      observed.http.answered(request.method, request.url, response.statusCode, seconds)
      costs.answered(request, response)
    },
    sockets: team?.sockets.http,
  })
  closers.add('HTTP', () => http.close(LAST_REQUESTS))
  drain.add({ name: 'HTTP requests', ...http })
  return http
}
