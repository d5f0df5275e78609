/** What is wrong with a configuration, one line for each wrong key or value, named with its path. */
import type { z } from 'zod'
import { nearestWord } from './nearest-word.ts'

/** The service does not start on it. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}

type Path = readonly PropertyKey[]

/** `origin` tells where a value came from; `knownKeys` which keys may stand at a path. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  origin: (path: Path) => string | undefined,
  knownKeys: (path: Path) => readonly string[],
): string[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return line(issue.path, issue.message, origin)
    const known = knownKeys(issue.path)
    return issue.keys.map((key) => {
      const meant = nearestWord(key, known)
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
      return line([...issue.path, key], `unknown key${hint}`, origin)
    })
  })
}

function line(path: Path, message: string, origin: (path: Path) => string | undefined): string {
  const source = origin(path)
  const said = message.replace(/^Invalid input: /, '')
  return `${source === undefined ? '' : `${source}: `}${printPath(path)}: ${said}`
}

/** `http.listen[0].tls.key` */
function printPath(path: Path): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`,
    )
    .join('')
}
