/** Signs PUBLISHes as a phone does that was challenged once: the nonce stays, its count goes up. RFC 7616 §3.4, §3.6. */
import * as crypto from 'node:crypto'
import { aor, DOMAIN, field } from './sip-messages.ts'

export const PASSWORD = 'bench'

/** H(username:realm:password) of a presentity's account. */
export const ha1 = (presentity: number) => md5(`p${presentity}:${DOMAIN}:${PASSWORD}`)

export interface SipSigner {
  /** The header line of the next request; empty before a challenge. */
  authorization(): string
  /** Whether the response is a challenge; what it says is kept. */
  challengedBy(response: string): boolean
}

export function createSipSigner(presentity: number): SipSigner {
  const uri = aor(presentity)
  const secret = ha1(presentity)
  const requestHash = md5(`PUBLISH:${uri}`)
  let nonce = ''
  let count = 0
  return {
    authorization() {
      if (nonce === '') return ''
      const nc = (++count).toString(16).padStart(8, '0')
      const response = md5(`${secret}:${nonce}:${nc}:bench:auth:${requestHash}`)
      return (
        `Authorization: Digest username="p${presentity}", realm="${DOMAIN}", nonce="${nonce}", uri="${uri}", ` +
        `response="${response}", algorithm=MD5, cnonce="bench", qop=auth, nc=${nc}\r\n`
      )
    },
    challengedBy(response) {
      if (!response.startsWith('SIP/2.0 401 ')) return false
      if (nonce !== '' && !response.includes('stale=true')) throw new Error(`refused:\n${response}`)
      nonce = field(response, /nonce="([^"]+)"/)
      count = 0
      return true
    },
  }
}

function md5(text: string): string {
  return crypto.hash('md5', text)
}
