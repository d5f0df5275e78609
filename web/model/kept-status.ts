/** The status that I chose last, so that a page that is loaded again says the same of me. */
import type { MyStatus } from './page-model.ts'
import type { KeptTexts } from '../session/browser-storage.ts'

export interface KeptStatus {
  get(): MyStatus | undefined
  keep(status: MyStatus): void
  forget(): void
}

/** Under which it is kept: all tabs of the browser share it. */
export const STATUS_KEY = 'visage.status'

/** @param address another person's status is not mine */
export function createKeptStatus(kept: KeptTexts, address: string): KeptStatus {
  return {
    get: () => {
      const stored = fieldsOf(kept.getItem(STATUS_KEY) ?? '')
      const { basic, activity, note } = stored
      if (stored['address'] !== address || (basic !== 'open' && basic !== 'closed'))
        return undefined
      return {
        basic,
        ...(typeof activity === 'string' && { activity }),
        note: typeof note === 'string' ? note : '',
      }
    },
    keep: (status) => {
      kept.setItem(STATUS_KEY, JSON.stringify({ address, ...status }))
    },
    forget: () => {
      kept.removeItem(STATUS_KEY)
    },
  }
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
