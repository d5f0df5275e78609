/** The dialog over the card: a new picture, or none any more. */
import { announce } from '../layout/announcer.tsx'
import type { MyPicture } from '../model/page-model.ts'
import { NewPicture } from './new-picture.tsx'
import { RemovePicture } from './remove-picture.tsx'

/** `file`: what was dropped or pasted. */
export type WantedChange =
  { readonly kind: 'new'; readonly file?: File } | { readonly kind: 'remove' }

export interface PictureChangeProps {
  readonly wanted: WantedChange
  readonly myPicture: MyPicture
  /** Undefined: there is none any more. */
  readonly onChanged: (icon: Blob | undefined) => void
  /** A new one waits for approval. */
  readonly onHeld: () => void
  readonly onClose: () => void
}

export function PictureChange({
  wanted,
  myPicture,
  onChanged,
  onHeld,
  onClose,
}: PictureChangeProps) {
  const done = (words: string, icon?: Blob) => {
    onChanged(icon)
    announce(words)
    onClose()
  }
  if (wanted.kind === 'remove') {
    const onRemoved = () => {
      done('Your picture was removed')
    }
    return <RemovePicture myPicture={myPicture} onClose={onClose} onRemoved={onRemoved} />
  }
  const onStored = (icon: Blob) => {
    done('Your picture was changed', icon)
  }
  const given = wanted.file && { file: wanted.file }
  return <NewPicture {...{ myPicture, onClose, onStored, onHeld, ...given }} />
}
