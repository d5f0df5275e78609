/** Web pages of any origin may use the service with credentials they hold themselves, never with a browser's. Fetch standard, CORS. */
import type { HttpRequest } from './http-request.ts'
import { emptyReply, type HeaderFields, type Reply } from './reply.ts'

export const CORS_HEADERS: HeaderFields = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'ETag, WWW-Authenticate, Location',
}

/** Answers OPTIONS, whether a browser asks before its real request or somebody wants to know the methods. */
export function optionsReply(request: HttpRequest, allow: string): Reply {
  const asked = request.headers['access-control-request-method']
  const preflight =
    asked === undefined
      ? {}
      : {
          'Access-Control-Allow-Methods': allow,
          'Access-Control-Allow-Headers':
            'Authorization, If-Match, If-None-Match, Content-Type, Accept',
          'Access-Control-Max-Age': '86400',
        }
  return emptyReply(200, { Allow: allow, ...preflight })
}
