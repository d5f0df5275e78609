/** One PUBLISH and what becomes of it. RFC 3903 §4. */
import type { Body, IncomingResponse } from 'sip.js/lib/core/index.js'
import type { Aor } from '../core/uri/aor.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { CONNECTION_LOST, sipAnswer, type SipAnswer } from './sip-answer.ts'
import { authorizeAhead } from './sip-js-credentials.ts'
import type { SipUserAgent } from './sip-user-agent.ts'

export interface PublishRequest {
  readonly presentity: Aor
  /** Seconds; 0 removes. */
  readonly expires: number
  /** Of the publication that is meant; absent for a new one. */
  readonly tag?: string | undefined
  /** PIDF; absent in a refresh and a removal. RFC 3903 §4.1 table 1. */
  readonly document?: string | undefined
}

/** Never rejects: silence and a broken connection are answers too. */
export function sendPublish(
  agent: SipUserAgent,
  credentials: DigestCredentials,
  { presentity, expires, tag, document }: PublishRequest,
): Promise<SipAnswer> {
  const headers = ['Event: presence', `Expires: ${expires}`]
  if (tag !== undefined) headers.push(`SIP-If-Match: ${tag}`)
  const body = document === undefined ? undefined : pidfBody(document)
  const message = agent.newRequest('PUBLISH', presentity, headers, body)
  authorizeAhead(message, credentials)
  return new Promise((resolve) => {
    const finish = (answer: SipAnswer) => {
      stopListening()
      resolve(answer)
    }
    const stopListening = agent.listen({
      lost: () => {
        request.dispose()
        finish(CONNECTION_LOST)
      },
    })
    const heard = (response: IncomingResponse) => {
      finish(sipAnswer(response))
    }
    const delegate = { onAccept: heard, onRedirect: heard, onReject: heard }
    const request = agent.core.publish(message, delegate)
  })
}

function pidfBody(content: string): Body {
  return { contentDisposition: 'render', contentType: 'application/pidf+xml', content }
}
