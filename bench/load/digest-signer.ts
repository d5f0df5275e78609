/** Signs requests as a client does that was challenged once: the nonce stays, its count goes up. RFC 7616 §3.4, §3.6. */
import { createDigestCredentials } from '../../client/digest-credentials.ts'
import { parseChallenges } from '../../core/digest/challenge.ts'

export interface Login {
  readonly username: string
  readonly password: string
}

/** The Authorization value of one more request. */
export type Sign = (method: string, path: string) => string

export async function createSigner(port: number, path: string, login: Login): Promise<Sign> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`)
  const [challenge] = parseChallenges(answer.headers.get('www-authenticate') ?? '')
  if (!challenge) throw new Error(`no challenge for ${path} but ${answer.status}`)
  const credentials = createDigestCredentials(login)
  credentials.answer(challenge, 'GET', path)
  return (method, path) => credentials.ahead(method, path) ?? ''
}
