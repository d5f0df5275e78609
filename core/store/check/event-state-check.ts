/** Check of the event state: publications, subscriptions, and where people are registered. */
import { openPublication } from '../publication-record.ts'
import { openJson } from '../record-envelope.ts'
import { openSubscription } from '../subscription-record.ts'
import { checkRecords, shaped, type RecordCheck } from './record-check.ts'

export async function checkEventState(check: RecordCheck): Promise<void> {
  await checkRecords(check, 'publication', shaped('publication', openPublication))
  await checkRecords(check, 'subscription', shaped('subscription', openSubscription))
  await checkRecords(check, 'binding', shaped('binding', openJson))
}
