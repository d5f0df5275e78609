/** A secret of the configuration: written there, or in a file that is named there. */
import { readFileSync } from 'node:fs'

export interface SecretSetting {
  readonly value: string | undefined
  readonly file: string | undefined
}

/** Throws when the file cannot be read. */
export function secretIn({ value, file }: SecretSetting): string | undefined {
  return value ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim())
}

/** One line for each thing that is wrong with `NAME` and `NAMEFile`. */
export function secretProblems(name: string, { value, file }: SecretSetting): string[] {
  if (value !== undefined && file !== undefined) return [`${name}File: ${name} is given already`]
  try {
    return secretIn({ value, file }) === '' ? [`${name}File: the file is empty`] : []
  } catch (error) {
    return [`${name}File: ${(error as Error).message}`]
  }
}
