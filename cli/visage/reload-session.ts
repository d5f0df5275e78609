/** What `visage reload` does and prints. */
import { lastReload, reloadConfiguration } from '../../service/administration/reload-operations.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags } from './user-flags.ts'

export interface ReloadFlags extends ListFlags {
  readonly status?: boolean
}

export async function reload({ json, status, ...flags }: ReloadFlags): Promise<void> {
  if (status === true) return tellStatus(json, flags)
  const { changed, needRestart } = await administrationOf(flags, (ask) =>
    ask(reloadConfiguration, {}),
  )
  if (json) process.stdout.write(`${JSON.stringify({ changed, needRestart })}\n`)
  else process.stdout.write(reloadText(changed, needRestart))
}

async function tellStatus(json: boolean | undefined, flags: ListFlags): Promise<void> {
  const last = await administrationOf(flags, (ask) => ask(lastReload, {}))
  const { outcome, at = '', problem = '', needRestart } = last
  const text = {
    none: 'not since the start',
    succeeded: `${at}: ${reloadText([], needRestart, 'succeeded')}`,
    failed: `${at}: failed, all is as it was before\n${problem}`,
  }[outcome].trimEnd()
  process.stdout.write(`${json ? JSON.stringify(last) : text}\n`)
  if (outcome === 'failed') process.exitCode = 1
}

function reloadText(
  changed: readonly string[],
  needRestart: readonly string[],
  unchanged = 'nothing has changed',
): string {
  const first = changed.length > 0 ? `changed: ${changed.join(', ')}` : unchanged
  const rest =
    needRestart.length > 0 ? `\ncannot be changed while running: ${needRestart.join(', ')}` : ''
  return `${first}${rest}\n`
}
