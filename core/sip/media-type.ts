/** Content-Type and the ranges of Accept: media type and parameters. RFC 3261 §20.1, §20.15. */
import { parseParameters, type Parameters } from './parameters.ts'

export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly type: string
  readonly parameters: Parameters
}

const TYPE = /^\s*([\w!%*+'`~.-]+)\s*\/\s*([\w!%*+'`~.-]+)\s*(;|$)/

/** Undefined when the value is no media type. */
export function parseMediaType(value: string): MediaType | undefined {
  const match = TYPE.exec(value)
  if (!match) return undefined
  const [whole, type = '', subtype = ''] = match
  const rest = match[3] === ';' ? value.slice(whole.length - 1) : ''
  return { type: `${type}/${subtype}`.toLowerCase(), parameters: parseParameters(rest) }
}
