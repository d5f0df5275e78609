/** Settings from the environment: every key of the file has a variable, as VISAGE_HTTP_LISTEN for http.listen. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ConfigurationError } from './config-problems.ts'
import { resolvePaths, type Layer } from './config-layer.ts'
import { configurationSchema } from './config-schema.ts'
import { lists } from './config-values.ts'
import { nearestWord } from './nearest-word.ts'
import { unwrap } from './schema-walk.ts'

interface Key {
  readonly path: readonly string[]
  readonly schema: z.core.$ZodType
}

const keys = new Map(
  leaves(configurationSchema, []).map((key) => [variableName(key.path), key] as const),
)

/** Names of sections: what begins with one of them and is no key was meant to be one. */
const sections = Object.keys(configurationSchema.shape).map((key) => variableName([key]))

/** `VISAGE_X_FILE` names a file that holds the value. Throws ConfigurationError on an unknown variable. */
export function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Layer {
  const values: Record<string, unknown> = {}
  const origins = new Map<string, string>()
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !isOurs(variable)) continue
    const name = keys.has(variable) ? variable : variable.replace(/_FILE$/, '')
    const key = keys.get(name)
    if (!key) throw unknownVariable(variable)
    put(values, key.path, fromText(name === variable ? text : contentOf(variable, text), key))
    origins.set(key.path.join('.'), variable)
  }
  return {
    values: resolvePaths(values, folder),
    origin: (path) => origins.get(path.slice(0, 2).join('.')) ?? origins.get(String(path[0])),
  }
}

function leaves(schema: z.core.$ZodType, path: readonly string[]): Key[] {
  const bare = unwrap(schema)
  if (!(bare instanceof z.ZodObject)) return [{ path, schema: bare }]
  const shape = bare.shape as Record<string, z.core.$ZodType>
  return Object.entries(shape).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

function variableName(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/[A-Z]+/g, (capital) => `_${capital}`))
  return ['VISAGE', ...words].join('_').toUpperCase()
}

/** VISAGE_SIP and VISAGE_ACCOUNT are the client commands'. */
function isOurs(variable: string): boolean {
  return keys.has(variable) || sections.some((section) => variable.startsWith(`${section}_`))
}

/** Lists and objects as JSON, or a list with commas; anything else as it stands. */
function fromText(text: string, { schema }: Key): unknown {
  if (schema instanceof z.ZodString) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    if (!lists.has(schema)) return text
    return text.split(',').map((item) => item.trim())
  }
}

function contentOf(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new ConfigurationError([`${variable}: ${(error as Error).message}`])
  }
}

function put(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    values[key] = value
    return
  }
  const inner = (values[key] ??= {}) as Record<string, unknown>
  put(inner, rest, value)
}

function unknownVariable(variable: string): ConfigurationError {
  const meant = nearestWord(variable, [...keys.keys()])
  return new ConfigurationError([
    `${variable}: no such setting${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
  ])
}
