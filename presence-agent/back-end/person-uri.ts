/** The URI of a person, as a proxy understands it. RFC 3261 §19.1.1, RFC 3859 §5. */

const PERSON = /^(?:sips?:|pres:|tel:)[^\s<>"\\^`{|}?\x00-\x20\x7f-\uffff]+$/i
const LONGEST = 1_024

/** Undefined: nothing that could stand in a Request-URI. */
export function personUri(uri: string): string | undefined {
  if (uri.length > LONGEST || !PERSON.test(uri)) return undefined
  return uri.replace(/^pres:/i, 'sip:')
}
