/** The configuration of a running service, read again. */
import { z } from 'zod'
import { AccountProblem } from '../account-problem.ts'
import { ConfigurationError } from '../config-problems.ts'
import type { Reloaded } from '../life/settings.ts'
import { describeOperation, operation, type Operation } from './operation.ts'

export const reloadConfiguration = describeOperation({
  name: 'reloadConfiguration',
  method: 'POST',
  path: '/reload',
  summary:
    'Reads configuration and certificates again; says what has changed, and what needs a restart.',
  scope: 'write',
  needsService: 'a new one reads its configuration anyhow',
  input: z.object({}),
  output: z.object({
    changed: z.array(z.string()).readonly(),
    needRestart: z.array(z.string()).readonly(),
  }),
  concerns: () => 'service',
})

export function reloadOperations({
  reload,
}: {
  readonly reload: () => Reloaded
}): readonly Operation[] {
  return [operation(reloadConfiguration, () => Promise.resolve(orProblem(reload)))]
}

/** What is wrong in the file is for the operator to hear. */
function orProblem<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof ConfigurationError) throw new AccountProblem(error.message)
    throw error
  }
}
