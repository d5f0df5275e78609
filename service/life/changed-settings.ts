/** In what two configurations differ. */
import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from '../configuration.ts'

type Section = Readonly<Record<string, unknown>>

/** Keys as an operator writes them, `sip.trustedPeers`; of lists and single values the key alone. */
export function changedSettings(before: Configuration, after: Configuration): string[] {
  return namesIn(before, after).flatMap((name) => {
    const [old, young] = [valueOf(before, name), valueOf(after, name)]
    if (isDeepStrictEqual(old, young)) return []
    if (!isSection(old) || !isSection(young)) return [name]
    const changed = namesIn(old, young).filter((key) => !isDeepStrictEqual(old[key], young[key]))
    return changed.map((key) => `${name}.${key}`)
  })
}

/** `key`: as above. Undefined: nothing is said. */
export function settingAt(configuration: Configuration, key: string): unknown {
  const [name = '', member] = key.split('.')
  const value = valueOf(configuration, name)
  return member === undefined ? value : (value as Section)[member]
}

function namesIn(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
}

function valueOf(configuration: Configuration, name: string): unknown {
  return (configuration as unknown as Section)[name]
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
