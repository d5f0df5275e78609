/** The tag of what this tab published, so that a page that is loaded again goes on with it. RFC 3903 §4.4. */
import type { TagKeeper } from '../../client/index.ts'
import type { KeptTexts } from '../session/browser-storage.ts'

const KEY = 'visage.publication'

/** @param tab storage of this tab alone: another tab publishes for itself */
export function createKeptTag(tab: KeptTexts, address: string): TagKeeper {
  const mark = `${address} `
  return {
    get: () => {
      const kept = tab.getItem(KEY)
      return kept?.startsWith(mark) ? kept.slice(mark.length) : undefined
    },
    keep: (tag) => {
      if (tag === undefined) tab.removeItem(KEY)
      else tab.setItem(KEY, mark + tag)
    },
  }
}
