/** What a person types as somebody's address: completed, checked, and what is wrong with it said in words. */
import { parseAor } from '../../client/index.ts'

export type TypedAddress =
  /** Canonical, as `sip:bob@example.com`. */
  { readonly address: string } | { readonly problem: string }

/** @param own my own address: a bare name is somebody of my domain */
export function readTypedAddress(
  typed: string,
  { own, known }: { own: string; known: ReadonlySet<string> },
): TypedAddress {
  const text = typed.trim()
  if (text === '') return { problem: 'Type the address of the person you want to add.' }
  const address = parseAor(completed(text, own))
  if (address === undefined)
    return { problem: `“${text}” is not an address. It should look like bob@example.com.` }
  if (address === own) return { problem: 'This is your own address.' }
  if (known.has(address)) return { problem: 'This person is on your list already.' }
  return { address }
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i
const PHONE_NUMBER = /^\+[\d\s()./-]+$/

function completed(text: string, own: string): string {
  if (PHONE_NUMBER.test(text)) return `tel:${text.replace(/[^+\d]/g, '')}`
  const isBareName = !SCHEME.test(text) && !text.includes('@')
  return isBareName ? `${text}${own.slice(own.lastIndexOf('@'))}` : text
}
