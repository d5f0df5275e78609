/** What this server shows a proxy that asks who it is. RFC 3261 §22.2, §22.3. */
import { parseChallenges } from '../../core/digest/challenge.ts'
import { createDigestCredentials } from '../../core/digest/digest-credentials.ts'
import { nodeHashes } from '../../core/digest/node-hashes.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'

export interface BackEndCredentials {
  /** The header line of a request; empty before the first challenge. */
  line(method: string, uri: string): string
  /** The header line that answers a 401 or 407; undefined: it cannot be answered. */
  answer(response: SipMessage, method: string, uri: string): string | undefined
}

const FIELDS = {
  401: { challenge: 'www-authenticate', credentials: 'Authorization' },
  407: { challenge: 'proxy-authenticate', credentials: 'Proxy-Authorization' },
} as const

export function createBackEndCredentials(account: {
  readonly username: string
  readonly password: string
}): BackEndCredentials {
  const digest = createDigestCredentials({ ...account, hashes: nodeHashes })
  let field = ''
  const written = (value: string) => `${field}: ${value}\r\n`
  return {
    line(method, uri) {
      const value = digest.ahead(method, uri)
      return value === undefined ? '' : written(value)
    },
    answer(response, method, uri) {
      const fields = FIELDS[response.status === 407 ? 407 : 401]
      const [challenge] = response.headers(fields.challenge).flatMap(parseChallenges)
      if (!challenge) return undefined
      field = fields.credentials
      return written(digest.answer(challenge, method, uri))
    },
  }
}
