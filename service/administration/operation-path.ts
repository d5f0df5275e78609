/** Paths of operations: `/accounts/{address}/icon`, filled with values and read again. */

const BRACES = /^\{(\w+)\}$/

/** The members' names that stand in the path. */
export function pathMembers(template: string): string[] {
  return template.split('/').flatMap((segment) => BRACES.exec(segment)?.[1] ?? [])
}

export function fillPath(template: string, values: Readonly<Record<string, unknown>>): string {
  return template
    .split('/')
    .map((segment) => {
      const name = BRACES.exec(segment)?.[1]
      return name === undefined ? segment : encodeURIComponent(String(values[name]))
    })
    .join('/')
}

/** The members that stand in the path, as text; undefined when it is another path or is not rightly escaped. */
export function readPath(template: string, path: string): Record<string, string> | undefined {
  const expected = template.split('/')
  const found = path.split('/')
  if (expected.length !== found.length) return undefined
  const members: Record<string, string> = {}
  for (const [index, segment] of expected.entries()) {
    const value = found[index] ?? ''
    const name = BRACES.exec(segment)?.[1]
    if (name === undefined && segment !== value) return undefined
    if (name === undefined) continue
    const text = unescaped(value)
    if (text === undefined || text === '') return undefined
    members[name] = text
  }
  return members
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
