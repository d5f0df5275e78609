/** What the sign-in form does: one attempt at a time, and after a failure the focus where it can be mended. */
import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { SignInFailure, type SignInField } from './sign-in-failure.ts'
import type { SignIn } from './session-service.ts'

export interface SignInAttempts {
  readonly fields: Record<SignInField | 'remember', { current: HTMLInputElement | null }>
  readonly busy: ReadonlySignal<boolean>
  readonly problem: ReadonlySignal<SignInProblem | undefined>
  readonly submit: () => Promise<void>
}

interface SignInProblem {
  readonly words: string
  readonly field: SignInField | undefined
}

/** @param onSignIn rejects with a SignInFailure */
export function useSignIn(onSignIn: (wanted: SignIn) => Promise<void>): SignInAttempts {
  const fields = {
    address: useRef<HTMLInputElement>(null),
    password: useRef<HTMLInputElement>(null),
    remember: useRef<HTMLInputElement>(null),
  }
  const problem = useSignal<SignInProblem | undefined>(undefined)
  const busy = useSignal(false)

  function failed(error: unknown): void {
    const field = error instanceof SignInFailure ? error.field : undefined
    problem.value = { words: error instanceof Error ? error.message : String(error), field }
    if (!field) return
    fields[field].current?.focus()
    fields[field].current?.select()
  }

  async function submit(): Promise<void> {
    if (busy.value) return
    busy.value = true
    problem.value = undefined
    await onSignIn({
      address: fields.address.current?.value ?? '',
      password: fields.password.current?.value ?? '',
      remember: fields.remember.current?.checked ?? false,
    }).catch(failed)
    busy.value = false
  }

  return { fields, busy, problem, submit }
}
