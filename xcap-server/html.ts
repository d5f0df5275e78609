/** HTML as a value: whatever a template takes in is text, and escaped, unless it is HTML already. HTML §13.3. */

export interface Html {
  readonly source: string
}

const ESCAPES: Partial<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function html(strings: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const source = values.map((value, at) => inside(value) + (strings[at + 1] ?? ''))
  return { source: (strings[0] ?? '') + source.join('') }
}

function inside(value: string | Html): string {
  if (typeof value !== 'string') return value.source
  return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}
