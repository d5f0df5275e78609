/** Host of a URI in one canonical spelling. RFC 3261 §25.1, RFC 5954 §4.2. */

const NAME_OR_IPV4 = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?$/
const IPV6_REFERENCE = /^\[[0-9a-f:.]{2,45}\]$/
const LONGEST = 255

/** Lower case; IPv6 in brackets and in its shortest form. Undefined: not a host. */
export function canonicalHost(text: string): string | undefined {
  const host = text.toLowerCase()
  if (host.length <= LONGEST && NAME_OR_IPV4.test(host))
    return host.includes('..') ? undefined : host
  // Two spellings of one IPv6 address are one host. RFC 5954 §4.2
  if (IPV6_REFERENCE.test(host) && URL.canParse(`http://${host}`))
    return new URL(`http://${host}`).hostname
  return undefined
}
