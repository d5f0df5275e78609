/** Row in PostgreSQL's COPY text format: values between tabs. PostgreSQL, COPY, "Text Format". */

const ESCAPED: Partial<Record<string, string>> = {
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
}

/** Undefined is NULL. */
export function copiedRow(line: string): (string | undefined)[] {
  return line.split('\t').map((value) => (value === '\\N' ? undefined : unescaped(value)))
}

function unescaped(value: string): string {
  if (!value.includes('\\')) return value
  return value.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|(.))/g,
    (_, octal?: string, hexadecimal?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff)
      if (hexadecimal !== undefined) return String.fromCharCode(parseInt(hexadecimal, 16))
      return ESCAPED[letter ?? ''] ?? letter ?? ''
    },
  )
}
