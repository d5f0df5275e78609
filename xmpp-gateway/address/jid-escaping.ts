/** JID escaping: characters that a localpart cannot carry, as backslash and two digits. XEP-0106. */

const CODES: Readonly<Record<string, string>> = {
  ' ': '\\20',
  '"': '\\22',
  '&': '\\26',
  "'": '\\27',
  '/': '\\2f',
  ':': '\\3a',
  '<': '\\3c',
  '>': '\\3e',
  '@': '\\40',
  '\\': '\\5c',
}

const CHARACTERS = new Map(Object.entries(CODES).map(([character, code]) => [code, character]))

// A backslash is escaped only where it would be read as the beginning of an escape. XEP-0106 §4.2
const TO_BE_ESCAPED = /[ "&'/:<>@]|\\(?=2[0267f]|3[ace]|40|5c)/g
const ESCAPED = /\\(?:2[0267f]|3[ace]|40|5c)/g

/** Of a text in lower case. Undefined: a space stands first or last, where it cannot be escaped. XEP-0106 §4.1 */
export function escapeLocalpart(text: string): string | undefined {
  if (text.startsWith(' ') || text.endsWith(' ')) return undefined
  return text.replace(TO_BE_ESCAPED, (character) => CODES[character] ?? character)
}

export function unescapeLocalpart(local: string): string {
  return local.replace(ESCAPED, (code) => CHARACTERS.get(code) ?? code)
}
