/** The token of a session, which only its browser keeps, and what is made of it. RFC 2104. */
import { createHash, createHmac, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32
const TOKEN = /^[\w-]{43}$/

export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/** Under which the session is stored: whoever reads the store learns no token. */
export function sessionId(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The same for the same token, so that it need not be stored. */
export function sipPasswordOf(token: string): string {
  return createHmac('sha256', token).update('visage: password for SIP').digest('base64url')
}
