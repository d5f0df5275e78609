/** Statuses: what a person says of her availability, one text in each language. RFC 6121 §4.7.2.2. */
import type { Statuses } from './availability.ts'

/** Others write these texts, so that none is endless. */
const LONGEST_STATUS = 1_024
const MOST_LANGUAGES = 16
const LANGUAGE = /^[A-Za-z0-9-]{1,64}$/

interface Said {
  readonly text: string
  readonly language?: string | undefined
}

/** Of several texts in one language the first counts. */
export function statusesOf(said: Iterable<Said>): Statuses {
  const statuses = new Map<string, Statuses[number]>()
  for (const { text, language } of said) {
    if (statuses.size === MOST_LANGUAGES) break
    const words = shortened(text.trim())
    const lang = language !== undefined && LANGUAGE.test(language) ? language : undefined
    const key = lang?.toLowerCase() ?? ''
    if (words !== '' && !statuses.has(key)) statuses.set(key, { text: words, lang })
  }
  return [...statuses.values()]
}

function shortened(text: string): string {
  if (text.length <= LONGEST_STATUS) return text
  // Not in the middle of a character.
  const isSplit = (text.codePointAt(LONGEST_STATUS - 1) ?? 0) > 0xffff
  return text.slice(0, isSplit ? LONGEST_STATUS - 1 : LONGEST_STATUS)
}
