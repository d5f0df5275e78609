/** RLS services as the tests write them, and how people put, remove and read them. RFC 4826 §4. */
import assert from 'node:assert/strict'
import { parseRlsServices } from '../../../core/documents/rls-services.ts'
import { read } from './read-document.ts'
import { ROOT } from './usage-story.ts'
import type { XcapService } from './xcap-service.ts'

export const RLS_TYPE = 'application/rls-services+xml'
export const GLOBAL = `${ROOT}/rls-services/global/index`

export const services = (...inside: string[]) =>
  '<rls-services xmlns="urn:ietf:params:xml:ns:rls-services" xmlns:rl="urn:ietf:params:xml:ns:resource-lists">' +
  `${inside.join('')}</rls-services>`
/** With a list of its own. */
export const inline = (uri: string, entries = '<rl:entry uri="sip:bob@example.com"/>') =>
  `<service uri="${uri}"><list name="l">${entries}</list><packages><package>presence</package></packages></service>`

export const homeOf = (user: string) =>
  `${ROOT}/rls-services/users/sip:${user}@${user === 'carol' ? 'other.example' : 'example.com'}`

export function createRlsWorld({ call }: XcapService) {
  return {
    putAs: (user: string, body: string, name = 'index') =>
      call('PUT', `${homeOf(user)}/${name}`, {
        ...{ as: user, body, headers: { 'Content-Type': RLS_TYPE } },
      }),
    removeAs: (user: string, name = 'index') =>
      call('DELETE', `${homeOf(user)}/${name}`, { as: user }),
    globalUris: async () => {
      const got = await call('GET', GLOBAL)
      assert.equal(got.status, 200)
      return read(got.body, parseRlsServices).map(({ uri }) => uri)
    },
  }
}
