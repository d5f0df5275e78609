/** One or two letters that stand where there is no picture. */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

/** Of a name or an address without scheme; `?` when it has no letters. */
export function initialsOf(name: string): string {
  // `bob.smith@example.com` is Bob Smith.
  const person = name.includes('@') ? name.slice(0, name.lastIndexOf('@')) : name
  const separators = name.includes('@') ? /[\s._-]+/u : /[\s-]+/u
  const words = person.split(separators).flatMap((word) => firstLetter(word) ?? [])
  const [first, last] = [words[0], words.at(-1)]
  if (first === undefined) return '?'
  return words.length === 1 || last === undefined ? first : first + last
}

function firstLetter(word: string): string | undefined {
  for (const { segment } of graphemes.segment(word))
    if (LETTER_OR_DIGIT.test(segment)) return segment.toLocaleUpperCase('en')
  return undefined
}
