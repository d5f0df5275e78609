/** What others see of me: picture, name, status and note, and how I change them. */
import { useEffect, useState } from 'preact/hooks'
import type { PageModel } from '../model/page-model.ts'
import { DropPlace } from './drop-place.tsx'
import { MyPicturePart } from './my-picture-part.tsx'
import { NoteField } from './note-field.tsx'
import { followPastes, guardAgainstDrops } from './picture-arrival.ts'
import { PictureChange, type WantedChange } from './picture-change.tsx'
import { PublicCardSwitch } from './public-card-switch.tsx'
import { useShownPicture } from './shown-picture.ts'
import { StatusChoice } from './status-choice.tsx'
import './my-card.css'

export function MyCard({ model }: { readonly model: PageModel }) {
  const shown = useShownPicture(model)
  const [wanted, setWanted] = useState<WantedChange>()
  const change = (file?: File) => {
    setWanted({ kind: 'new', ...(file && { file }) })
  }
  useEffect(() => followPastes(change), [])
  useEffect(guardAgainstDrops, [])
  return (
    <section aria-label="My card">
      <DropPlace class="card my-card" onFile={change}>
        <MyPicturePart
          model={model}
          icon={shown.icon}
          isHeld={shown.isHeld}
          onChange={change}
          onRemove={() => {
            setWanted({ kind: 'remove' })
          }}
        />
        <StatusChoice model={model} />
        <NoteField model={model} />
        <PublicCardSwitch card={model.publicCard} hasPicture={shown.icon !== null} />
      </DropPlace>
      {wanted && (
        <PictureChange
          wanted={wanted}
          myPicture={model.myPicture}
          onChanged={shown.replace}
          onHeld={shown.hold}
          onClose={() => {
            setWanted(undefined)
          }}
        />
      )}
    </section>
  )
}
