/** Dispatch: the one way to every operation, whoever asks and however: checks, runs, and lets out what is described. */
import { z } from 'zod'
import { AccountProblem } from '../account-problem.ts'
import type { Caller, Operation } from './operation.ts'
import type { CheckReach } from './reach.ts'

/** Rejects with AccountProblem. */
export type Dispatch = (operation: Operation, input: unknown, caller: Caller) => Promise<unknown>

export function createDispatch({ checkReach }: { checkReach: CheckReach }): Dispatch {
  return async (operation, input, caller) => {
    const { description } = operation
    if (caller.readOnly && description.scope === 'write') {
      throw new AccountProblem('this token may only read', 'forbidden')
    }
    const checked = checkInput(description.input, input)
    if (caller.inClear && hasPassword(checked)) {
      throw new AccountProblem(
        'a password is only taken over TLS; send its hash (ha1)',
        'forbidden',
      )
    }
    const concerns = [description.concerns(checked)].flat()
    for (const concern of concerns) await checkReach(concern, caller)
    const result = await operation.run(checked as never, caller)
    // Members that are not described stay inside.
    return description.output.parse(result)
  }
}

function checkInput(schema: z.ZodType, input: unknown): unknown {
  const { success, data, error } = schema.safeParse(input)
  if (success) return data
  throw new AccountProblem(z.prettifyError(error), 'invalid')
}

function hasPassword(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'password' in input
}
