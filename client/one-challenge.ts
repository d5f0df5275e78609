/** Leaves a response the one challenge that is to be answered: sip.js takes the last, and cannot read two in one field. RFC 7616 §3.7. */
import { parseChallenges, serializeChallenge } from '../core/digest/challenge.ts'

const IS_CHALLENGE = /^SIP\/2\.0 40[17] /i
const FIELD = /^(www|proxy)-authenticate\s*:(.*)$/is

/** Anything but a 401 or 407 stays as it is, and so does one that holds nothing that can be answered. */
export function withOneChallenge(message: string): string {
  if (!IS_CHALLENGE.test(message)) return message
  const end = message.indexOf('\r\n\r\n')
  const lines = message.slice(0, end).split(/\r\n(?![ \t])/)
  const asking = lines.filter((line) => FIELD.test(line))
  // The first that can be answered: the server names them in its order.
  for (const line of asking) {
    const [, side = '', value = ''] = FIELD.exec(line) ?? []
    const [challenge] = parseChallenges(value.trim())
    if (!challenge) continue
    const others = lines.filter((one) => !FIELD.test(one))
    const chosen = `${side}-Authenticate: ${serializeChallenge(challenge)}`
    return [...others, chosen].join('\r\n') + message.slice(end)
  }
  return message
}
