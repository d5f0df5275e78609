/** One or two letters that stand where there is no picture. */

/** With the accents that follow it. */
const LETTER_OR_DIGIT = /[\p{L}\p{N}]\p{M}*/u

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
  return LETTER_OR_DIGIT.exec(word)?.[0].toLocaleUpperCase('en')
}
