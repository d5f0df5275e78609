/** Somebody's picture; their initials while there is none, or where it does not load. RFC 4480 §3.12. */
import type { ReadonlySignal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { faceColour } from './face-colour.ts'
import { initialsOf } from './initials.ts'
import './face.css'

export interface FaceProps {
  /** Canonical; gives the colour. */
  readonly address: string
  readonly name: string
  /** URL, null: there is none. */
  readonly icon: string | null
  /** Another number: pictures that did not load are asked for once more. */
  readonly attempts?: ReadonlySignal<number>
}

/** Says nothing to a screen reader: the name stands beside it. */
export function Face({ address, name, icon, attempts }: FaceProps) {
  const [drawn, setDrawn] = useState(false)
  const [failed, setFailed] = useState<{ icon: string; attempt: number | undefined }>()
  const hasFailed = failed?.icon === icon && failed.attempt === attempts?.value
  const shown = hasFailed ? null : icon
  // The next picture is another one, which is not there yet.
  if (shown === null && drawn) setDrawn(false)
  const hasInitials = shown === null || !drawn
  return (
    <span
      class="face"
      aria-hidden="true"
      // A picture with clear places shows the page behind it, not the colour.
      style={{ backgroundColor: hasInitials ? faceColour(address) : '' }}
    >
      {hasInitials && initialsOf(name)}
      {shown !== null && (
        <img
          class="face-picture"
          src={shown}
          alt=""
          width="44"
          height="44"
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={() => {
            setDrawn(true)
          }}
          onError={() => {
            setFailed({ icon: shown, attempt: attempts?.peek() })
          }}
        />
      )}
    </span>
  )
}
