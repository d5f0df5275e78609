/** The form to sign in: what went wrong is said in words. */
import type { JSX } from 'preact'
import { useEffect, useId } from 'preact/hooks'
import { Brand } from '../layout/brand.tsx'
import type { SignInField } from './sign-in-failure.ts'
import type { SignIn } from './session-service.ts'
import { useSignIn } from './use-sign-in.ts'
import './sign-in-form.css'

export interface SignInFormProps {
  /** Filled in. */
  readonly address: string
  /** Why the person has to sign in again. */
  readonly reason: string | undefined
  /** Rejects with a SignInFailure. */
  readonly onSignIn: (wanted: SignIn) => Promise<void>
}

export function SignInForm({ address, reason, onSignIn }: SignInFormProps) {
  const { fields, busy, problem, submit } = useSignIn(onSignIn)
  const problemId = useId()
  useEffect(() => {
    fields[address === '' ? 'address' : 'password'].current?.focus()
  }, [])
  const marks = (field: SignInField) => ({
    'aria-invalid': problem.value?.field === field,
    'aria-describedby': problem.value?.field === field ? problemId : undefined,
  })

  return (
    <SignInCard reason={reason} onSubmit={() => void submit()}>
      <div role="alert" id={problemId}>
        {problem.value && <p class="message message-error">{problem.value.words}</p>}
      </div>
      <Field label="SIP address">
        {(id) => (
          <input
            id={id}
            ref={fields.address}
            defaultValue={address}
            {...ADDRESS_INPUT}
            {...marks('address')}
          />
        )}
      </Field>
      <Field label="Password">
        {(id) => <input id={id} ref={fields.password} {...PASSWORD_INPUT} {...marks('password')} />}
      </Field>
      <label class="check">
        <input type="checkbox" name="remember" ref={fields.remember} />
        <span>Keep me signed in on this device</span>
      </label>
      {/* Not disabled while it works: the focus would be lost. */}
      <button type="submit" class="button button-primary" aria-disabled={busy.value}>
        {busy.value ? 'Signing in…' : 'Sign in'}
      </button>
    </SignInCard>
  )
}

const ADDRESS_INPUT = {
  class: 'input',
  name: 'username',
  type: 'text',
  inputMode: 'email',
  autocomplete: 'username',
  autocapitalize: 'none',
  spellcheck: false,
  placeholder: 'alice@example.com',
} as const

const PASSWORD_INPUT = {
  class: 'input',
  name: 'password',
  type: 'password',
  autocomplete: 'current-password',
} as const

function SignInCard({
  reason,
  onSubmit,
  children,
}: {
  reason: string | undefined
  onSubmit: () => void
  children: JSX.Element[]
}) {
  return (
    <main class="sign-in">
      <form
        class="card sign-in-card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <Brand />
        <div>
          <h1>Sign in</h1>
          <p class="soft">See the faces and the presence of the people you talk to.</p>
        </div>
        {reason !== undefined && (
          <p class="message message-warning" role="status">
            {reason}
          </p>
        )}
        {children}
      </form>
    </main>
  )
}

interface FieldProps {
  readonly label: string
  readonly children: (id: string) => JSX.Element
}

function Field({ label, children }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
    </div>
  )
}
