/** The icon as others will see it, in one of the sizes of buddy lists. */
import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { PictureProgress } from './picture-state.ts'
import { drawPart } from './picture-view.ts'

export interface RoundPreviewProps {
  readonly task: Pick<PictureProgress, 'picture' | 'frame'>
  /** In CSS pixels. */
  readonly side: number
}

export function RoundPreview({ task, side }: RoundPreviewProps) {
  const place = useRef<HTMLCanvasElement>(null)
  useSignalEffect(() => {
    const [picture, frame] = [task.picture.value, task.frame.value]
    if (place.current && picture) drawPart(place.current, picture, frame, side)
  })
  return (
    <canvas ref={place} class="round-preview" style={{ width: `${side}px`, height: `${side}px` }} />
  )
}
