/** A request rate as the configuration has it now; where it changes all begin with what they may ask at once. */
import type { Clock } from '../../core/model/clock.ts'
import type { Configuration } from '../configuration.ts'
import { createRequestRate, type MayAsk } from '../load/request-rate.ts'
import type { Settings } from './settings.ts'

export function liveRate(
  settings: Pick<Settings, 'following'>,
  perSecond: (configuration: Configuration) => number,
  clock: Clock,
): MayAsk {
  const rate = settings.following(perSecond, (value) => createRequestRate(value, clock))
  return (who) => rate()(who)
}
