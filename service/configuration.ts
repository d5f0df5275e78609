/** Configuration as the service uses it: checked, with all defaults, durations in seconds, sizes in bytes, paths absolute. */
import type { z } from 'zod'
import type { Domain } from '../core/model/domain.ts'
import type { configurationSchema } from './config-schema.ts'

export type CheckedValues = z.output<typeof configurationSchema>

export type Configuration = Readonly<Omit<CheckedValues, 'domains'>> & {
  readonly domains: readonly Domain[]
}
