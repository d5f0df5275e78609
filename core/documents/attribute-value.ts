/** Attribute values as they are written: references and white space. XML 1.0 §2.3 (AttValue), §3.3.3, §4.1. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
}

const SPECIAL = /[&<\t\n\r]|[^\x20-\ud7ff\ue000-\ufffd]/
const REFERENCE = /&(?:#x[0-9A-Fa-f]+|#[0-9]+|[A-Za-z]+);/g
const NOT_A_CHARACTER = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const QUOTED = /^(?:"[^"]*"|'[^']*')$/

/** What stands between the quotes as the value that it means; undefined: it cannot stand there. */
export function attributeValue(written: string): string | undefined {
  if (!SPECIAL.test(written)) return written
  if (written.includes('<') || NOT_A_CHARACTER.test(written)) return undefined
  let faulty = written.replace(REFERENCE, '').includes('&')
  // White space that is written as itself is a space; a reference to it is not. XML 1.0 §3.3.3
  const value = written.replace(/\r\n|[\t\n\r]/g, ' ').replace(REFERENCE, (reference) => {
    const character = ENTITIES[reference] ?? referredCharacter(reference)
    faulty ||= character === undefined
    return character ?? ''
  })
  return faulty ? undefined : value
}

/** An AttValue without its quotes; undefined: it has none around it, or one of them inside as well. */
export function withoutQuotes(text: string): string | undefined {
  return QUOTED.test(text) ? text.slice(1, -1) : undefined
}

function referredCharacter(reference: string): string | undefined {
  if (!reference.startsWith('&#')) return undefined
  const digits = reference.slice(2, -1)
  const code = digits.startsWith('x') ? parseInt(digits.slice(1), 16) : parseInt(digits, 10)
  if (!(code <= 0x10ffff)) return undefined
  const character = String.fromCodePoint(code)
  return NOT_A_CHARACTER.test(character) ? undefined : character
}
