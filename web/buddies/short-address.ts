/** An address as people write it: `bob@example.com`, `+4930123456`. */

export function shortAddress(address: string): string {
  return address.replace(/^(?:sips?|tel|pres):/i, '')
}
