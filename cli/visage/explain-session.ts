/** What `visage explain` does and prints. */
import { explainPresence } from '../../service/administration/explain-operations.ts'
import { administrationOf } from './administration.ts'
import { explanationText } from './explain-text.ts'
import type { ListFlags } from './user-flags.ts'

export async function explain(
  request: { watcher: string; presentity: string },
  { json, ...flags }: ListFlags,
): Promise<void> {
  const explanation = await administrationOf(flags, (ask) => ask(explainPresence, request))
  process.stdout.write(json ? `${JSON.stringify(explanation)}\n` : explanationText(explanation))
}
