/** What `visage explain` does and prints. */
import { askForExplanation } from '../../service/admin-client.ts'
import { readConfiguration } from '../../service/config.ts'
import { configurationSources } from './configuration-flags.ts'
import { explanationText } from './explain-text.ts'
import type { ListFlags } from './user-flags.ts'

/** Any domain will do where no configuration says which: only the data folder is wanted. */
const NO_DOMAINS = { domains: ['localhost'] }

export async function explain(
  request: { watcher: string; presentity: string },
  { json, ...flags }: ListFlags,
): Promise<void> {
  const { data } = readConfiguration(configurationSources(flags, NO_DOMAINS))
  const explanation = await askForExplanation(data, request)
  if (!explanation) {
    throw new Error(`no service runs on ${data}: only a running one knows who watches whom`)
  }
  process.stdout.write(json ? `${JSON.stringify(explanation)}\n` : explanationText(explanation))
}
