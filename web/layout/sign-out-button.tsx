/** Signs out, and says that it is under way: the server is told that nobody is here any more. */
import { useSignal } from '@preact/signals'

export function SignOutButton({ onSignOut }: { readonly onSignOut: () => Promise<void> }) {
  const isLeaving = useSignal(false)
  return (
    <button
      type="button"
      class="button button-quiet"
      aria-disabled={isLeaving.value}
      onClick={() => {
        if (isLeaving.value) return
        isLeaving.value = true
        void onSignOut()
      }}
    >
      {isLeaving.value ? 'Signing out…' : 'Sign out'}
    </button>
  )
}
