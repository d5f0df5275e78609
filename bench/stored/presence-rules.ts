/** Presence rules of the load: each presentity lets everybody of its domain see most of its state. RFC 5025 §3. */
import { DOMAIN } from '../load/sip-messages.ts'
import type { Server } from '../servers/visage.ts'

const RULES =
  '<?xml version="1.0" encoding="UTF-8"?><ruleset xmlns="urn:ietf:params:xml:ns:common-policy" ' +
  'xmlns:pr="urn:ietf:params:xml:ns:pres-rules"><rule id="blocked"><conditions><identity>' +
  `<one id="sip:nobody@${DOMAIN}"/></identity></conditions><actions><pr:sub-handling>block` +
  '</pr:sub-handling></actions></rule><rule id="colleagues"><conditions><identity>' +
  `<many domain="${DOMAIN}"/></identity></conditions><actions><pr:sub-handling>allow</pr:sub-handling>` +
  '</actions><transformations><pr:provide-services><pr:all-services/></pr:provide-services>' +
  '<pr:provide-persons><pr:all-persons/></pr:provide-persons><pr:provide-activities>true' +
  '</pr:provide-activities><pr:provide-note>true</pr:provide-note><pr:provide-status-icon>true' +
  '</pr:provide-status-icon></transformations></rule></ruleset>'

/** Stores the rules of so many presentities, each in its own name. RFC 5025 §9. */
export async function putRules({ httpPort }: Server, presentities: number): Promise<void> {
  for (let presentity = 0; presentity < presentities; presentity++) {
    const owner = `sip:p${presentity}@${DOMAIN}`
    const url = `http://127.0.0.1:${httpPort}/xcap-root/pres-rules/users/${owner}/index`
    const answer = await fetch(url, {
      method: 'PUT',
      headers: {
        'Content-Type': 'application/auth-policy+xml',
        'X-3GPP-Asserted-Identity': `"${owner}"`,
      },
      body: RULES,
    })
    if (!answer.ok) throw new Error(`rules answered ${answer.status}: ${await answer.text()}`)
  }
}
