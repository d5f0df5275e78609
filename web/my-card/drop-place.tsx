/** A place where a file can be dropped, which shows that it can. HTML §6.11. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { fileIn } from './picture-arrival.ts'
import './drop-place.css'

export interface DropPlaceProps {
  readonly onFile: (file: File) => void
  readonly class?: string
  readonly children: ComponentChildren
}

export function DropPlace({ onFile, class: name = '', children }: DropPlaceProps) {
  const [isOver, setOver] = useState(false)
  return (
    <div
      class={`drop-place ${isOver ? 'drop-place-over' : ''} ${name}`}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
        setOver(true)
      }}
      onDragLeave={(event) => {
        const entered = event.relatedTarget
        if (!(entered instanceof Node && event.currentTarget.contains(entered))) setOver(false)
      }}
      onDrop={(event) => {
        setOver(false)
        const file = event.dataTransfer && fileIn(event.dataTransfer)
        if (!file) return
        event.preventDefault()
        onFile(file)
      }}
    >
      {children}
    </div>
  )
}
