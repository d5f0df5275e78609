/** One source of settings (file, environment, flags) in the shape of the file, and how layers are laid on each other. */
import { resolve } from 'node:path'

type Mapping = Readonly<Record<string, unknown>>

export interface Layer {
  readonly values: Mapping
  /** What the operator wrote the value of a key in: a file, a variable, a flag. Undefined: not here. */
  readonly origin: (path: readonly PropertyKey[]) => string | undefined
}

/** Keys of `upper` win; lists are replaced whole. */
export function overlay(lower: Mapping, upper: Mapping): Mapping {
  const merged: Record<string, unknown> = { ...lower }
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key]
    merged[key] = isMapping(below) && isMapping(value) ? overlay(below, value) : value
  }
  return merged
}

/** Files named by relative paths lie beside what names them. */
export function resolvePaths(values: Mapping, folder: string): Mapping {
  const path = (value: unknown) => (typeof value === 'string' ? resolve(folder, value) : value)
  const tls = { certificate: path, key: path }
  return adjust(values, {
    data: path,
    store: { urlFile: path },
    accounts: { lookupTokenFile: path },
    directory: { ca: path, bindPasswordFile: path },
    http: { listen: { tls } },
    sip: { listen: { tls }, tls, tlsCa: path },
    applicationUsages: { schema: path },
  }) as Mapping
}

type Adjustment = ((value: unknown) => unknown) | { readonly [key: string]: Adjustment }

/** Applies the functions to the values that stand where they stand; lists are walked through. */
function adjust(value: unknown, by: Adjustment): unknown {
  if (typeof by === 'function') return by(value)
  if (Array.isArray(value)) return value.map((item) => adjust(item, by))
  if (!isMapping(value)) return value
  const entries = Object.entries(value).map(([key, item]) => {
    const adjustment = Object.hasOwn(by, key) ? by[key] : undefined
    return [key, adjustment ? adjust(item, adjustment) : item] as const
  })
  return Object.fromEntries(entries)
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
