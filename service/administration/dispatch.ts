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
  audit: Pick<AuditLog, 'begin' | 'refuse'>
}): Dispatch {
  return async (operation, input, caller) => {
    const { description } = operation
    const { data, error } = description.input.safeParse(input)
    const refusal = error && new AccountProblem(firstProblems(error), 'invalid')
    const concerns = refusal ? [] : [description.concerns(data)].flat()
    const admit = async () => {
      if (refusal) throw refusal
      checkCaller(description, data, caller)
      for (const concern of concerns) await checkReach(concern, caller)
    }
    // Members that are not described stay inside.
    const perform = async () => description.output.parse(await operation.run(data as never, caller))
    if (description.scope === 'read' && !description.audited) {
      await admit()
      return perform()
    }
    const asked = { operation: description.name, concern: concerns[0], caller }
    await admit().catch(async (error: unknown) => {
      await audit.refuse(asked, outcomeOf(error))
      throw error
    })
    // What cannot be noted is not done.
    return noted(await audit.begin(asked), perform)
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
    await entry.note(outcomeOf(error))
    throw error
  }
  await entry.note('done')
  return result
}

function outcomeOf(error: unknown): string {
  return error instanceof AccountProblem ? error.kind : 'failed'
}

/** Here or in a row of many. */
function hasPassword(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || input instanceof Uint8Array) return false
  return 'password' in input || Object.values(input).some(hasPassword)
}

const MOST_PROBLEMS = 10

function firstProblems({ issues }: z.ZodError): string {
  return z.prettifyError(new z.ZodError(issues.slice(0, MOST_PROBLEMS)))
}
