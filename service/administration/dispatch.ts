/** Dispatch: the one way to every operation, whoever asks and however: checks, runs, notes, and lets out what is described. */
import { z } from 'zod'
import { AccountProblem } from '../account-problem.ts'
import type { AuditEntry, AuditLog } from './audit-log.ts'
import type { Caller, Operation, OperationDescription } from './operation.ts'
import type { CheckReach } from './reach.ts'

/** Rejects with AccountProblem. */
export type Dispatch = (operation: Operation, input: unknown, caller: Caller) => Promise<unknown>

export function createDispatch({
  checkReach,
  audit,
}: {
  checkReach: CheckReach
  audit: Pick<AuditLog, 'begin'>
}): Dispatch {
  return async (operation, input, caller) => {
    const { description } = operation
    const { data, error } = description.input.safeParse(input)
    const refusal = error && new AccountProblem(z.prettifyError(error), 'invalid')
    const concerns = refusal ? [] : [description.concerns(data)].flat()
    const perform = async () => {
      if (refusal) throw refusal
      checkCaller(description, data, caller)
      for (const concern of concerns) await checkReach(concern, caller)
      // Members that are not described stay inside.
      return description.output.parse(await operation.run(data as never, caller))
    }
    if (description.scope === 'read') return perform()
    return noted(await audit.begin(description.name, concerns[0], caller), perform)
  }
}

function checkCaller({ scope }: OperationDescription, input: unknown, caller: Caller): void {
  if (caller.readOnly && scope === 'write') {
    throw new AccountProblem('this token may only read', 'forbidden')
  }
  if (caller.inClear && hasPassword(input)) {
    throw new AccountProblem('a password is only taken over TLS; send its hash (ha1)', 'forbidden')
  }
}

/** What was done but could not be noted is no success. */
async function noted<T>(entry: AuditEntry, perform: () => Promise<T>): Promise<T> {
  let result: T
  try {
    result = await perform()
  } catch (error) {
    await entry.note(error instanceof AccountProblem ? error.kind : 'failed')
    throw error
  }
  await entry.note('done')
  return result
}

function hasPassword(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'password' in input
}
