/** A browser's storage, for tests. */
import type { KeptTexts } from '../../web/session/browser-storage.ts'

export function keptTexts(): KeptTexts {
  const texts = new Map<string, string>()
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => {
      texts.set(key, value)
    },
    removeItem: (key) => {
      texts.delete(key)
    },
  }
}
