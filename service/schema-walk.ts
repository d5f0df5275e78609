/** Looks into a zod schema: which keys may stand where. */
import { z } from 'zod'

type Schema = z.core.$ZodType

/** Without defaults and optionality. */
export function unwrap(schema: Schema): Schema {
  const wrapped =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  return wrapped ? unwrap(schema.def.innerType) : schema
}

function shapeOf(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const bare = unwrap(schema)
  if (bare instanceof z.ZodPipe) return shapeOf(bare.def.out)
  return bare instanceof z.ZodObject ? bare.shape : undefined
}

/** The keys of the object at a path; none where something else stands. */
export function keysAt(schema: Schema, path: readonly PropertyKey[]): readonly string[] {
  const [key, ...rest] = path
  const bare = unwrap(schema)
  if (bare instanceof z.ZodPipe) return keysAt(bare.def.out, path)
  if (bare instanceof z.ZodArray) return keysAt(bare.def.element, rest)
  const shape = shapeOf(bare) ?? {}
  if (key === undefined) return Object.keys(shape)
  const next = shape[String(key)]
  return next ? keysAt(next, rest) : []
}
