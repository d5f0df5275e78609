/** Notify counts: what became of NOTIFYs and how long they took, for whoever observes it. RFC 6665 §4.2.2. */
import { createHistogram, type Histogram } from '../../core/model/histogram.ts'
import type { NotifyOutcome } from './notify-outcome.ts'

export interface NotifyCounts {
  readonly outcomes: Record<NotifyOutcome['kind'], number>
  /** From the arrival of the PUBLISH, SUBSCRIBE or change to the first NOTIFY of it. What was held back on purpose is not in it. */
  readonly delay: Histogram
  /** From the NOTIFY to its final response. */
  readonly answer: Histogram
}

export function createNotifyCounts(): NotifyCounts {
  return {
    outcomes: { told: 0, untold: 0, unanswered: 0, gone: 0 },
    delay: createHistogram(),
    answer: createHistogram(),
  }
}
