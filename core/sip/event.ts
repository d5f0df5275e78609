/** Event: package, id and parameters. RFC 6665 §8.2.1. */
import { parseParameters, type Parameters } from './parameters.ts'
import { trimWhite } from './white-space.ts'

export interface EventField {
  /** Compared byte by byte. */
  readonly package: string
  readonly id?: string
  readonly parameters: Parameters
}

/** Undefined when the value names no package. */
export function parseEvent(value: string): EventField | undefined {
  const semicolon = value.indexOf(';')
  const name = trimWhite(semicolon < 0 ? value : value.slice(0, semicolon))
  if (!/^[\w!%*+'`~.-]+$/.test(name)) return undefined
  const parameters = parseParameters(semicolon < 0 ? '' : value.slice(semicolon))
  const id = parameters.get('id')
  return id === undefined ? { package: name, parameters } : { package: name, id, parameters }
}
