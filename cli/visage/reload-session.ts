/** What `visage reload` does and prints. */
import { reloadConfiguration } from '../../service/administration/reload-operations.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags } from './user-flags.ts'

export async function reload({ json, ...flags }: ListFlags): Promise<void> {
  const { changed, needRestart } = await administrationOf(flags, (ask) =>
    ask(reloadConfiguration, {}),
  )
  if (json) process.stdout.write(`${JSON.stringify({ changed, needRestart })}\n`)
  else process.stdout.write(reloadText(changed, needRestart))
}

function reloadText(changed: readonly string[], needRestart: readonly string[]): string {
  const first = changed.length > 0 ? `changed: ${changed.join(', ')}` : 'nothing has changed'
  const rest =
    needRestart.length > 0 ? `\ncannot be changed while running: ${needRestart.join(', ')}` : ''
  return `${first}${rest}\n`
}
