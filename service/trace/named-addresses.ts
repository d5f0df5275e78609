/** Whom a message is from, to, or about: as its first line and its header fields say. RFC 3261 §8.1.1; RFC 3325 §9.1. */
import { parseAor, type Aor } from '../../core/uri/aor.ts'

const NAMING = /^(?:from|f|to|t|p-asserted-identity|p-preferred-identity|refer-to|r)[ \t]*:(.*)$/gim
const REQUEST_URI = /^[A-Z]+ (\S+) SIP\/2\.0/
const URI = /<([^<>]*)>|((?:sips?|tel|pres):[^\s;,>]+)/gi

/** `head`: octets up to the empty line, one character each. It is read apart from the stack, whose messages are lazy. */
export function namedAddresses(head: string): Aor[] {
  const first = REQUEST_URI.exec(head)?.[1]
  const uris = first === undefined ? [] : [first]
  for (const [, value = ''] of head.matchAll(NAMING)) {
    for (const [, inside, bare] of value.matchAll(URI)) uris.push(inside ?? bare ?? '')
  }
  return uris.flatMap((uri) => parseAor(uri) ?? [])
}
