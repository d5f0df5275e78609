/** The configuration of a running service, read again. */
import { z } from 'zod'
import { AccountProblem } from '../account-problem.ts'
import { ConfigurationError } from '../config-problems.ts'
import type { LastReload, Reload } from '../life/reload.ts'
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

export const lastReload = describeOperation({
  name: 'lastReload',
  method: 'GET',
  path: '/reload',
  summary: 'What became of the last reading of configuration and certificates, and why it failed.',
  scope: 'read',
  needsService: 'a new one reads its configuration anyhow',
  input: z.object({}),
  output: z.object({
    outcome: z.enum(['none', 'succeeded', 'failed']).describe('none: not since the start'),
    at: z.string().optional().describe('ISO 8601'),
    problem: z.string().optional().describe('what is wrong; all is as it was before'),
    needRestart: z.array(z.string()).readonly(),
  }),
  concerns: () => 'service',
})

export function reloadOperations({
  reload,
  lastReload: last,
}: {
  readonly reload: () => Reloaded
  readonly lastReload: Reload['last']
}): readonly Operation[] {
  return [
    operation(reloadConfiguration, () => Promise.resolve(orProblem(reload))),
    operation(lastReload, () => Promise.resolve(told(last()))),
  ]
}

function told(last: LastReload | undefined) {
  if (!last) return { outcome: 'none' as const, needRestart: [] }
  const { at, problem, needRestart } = last
  const outcome = problem === undefined ? ('succeeded' as const) : ('failed' as const)
  return {
    ...{ outcome, at: new Date(at).toISOString(), needRestart },
    ...(problem !== undefined && { problem }),
  }
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
