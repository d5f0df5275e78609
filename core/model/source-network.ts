/** Where requests come from, as far as one customer can choose: an IPv4 address, or the /64 of an IPv6 one. RFC 6177 §2. */

/** Spelled the same however the address is; anything else is given back as it is. */
export function sourceNetwork(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const front = groups(head)
  const back = groups(tail ?? '')
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
  const whole = [...front, ...(tail === undefined ? [] : zeros), ...back]
  return `${whole.slice(0, 4).join(':')}::/64`
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''))
}
