/** The picture under its frame: dragged, pinched, zoomed by a wheel, or moved with keys. */
import { useSignalEffect } from '@preact/signals'
import { useEffect, useId, useMemo, useRef } from 'preact/hooks'
import { createCropHandlers } from './crop-handlers.ts'
import type { PictureTask } from './picture-task.ts'
import { drawPart, withMargin } from './picture-view.ts'

/** In CSS pixels, as picture.css has it; smaller where the screen is. */
const SIDE = 304
/** What is seen around the frame, a part of the frame's side; picture.css shades it. */
const MARGIN = 0.125

export function CropStage({ task }: { readonly task: PictureTask }) {
  const stage = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const handlers = useMemo(() => createCropHandlers({ task, margin: MARGIN }), [task])
  const hint = useId()
  useEffect(() => {
    stage.current?.focus()
  }, [])
  useSignalEffect(() => {
    const [picture, frame] = [task.picture.value, task.frame.value]
    if (canvas.current && picture)
      drawPart(canvas.current, picture, withMargin(frame, MARGIN), SIDE)
  })
  return (
    <div>
      <div
        ref={stage}
        class="crop-stage"
        role="group"
        tabIndex={0}
        aria-label="The part that is shown"
        aria-describedby={hint}
        {...handlers}
      >
        <canvas ref={canvas} class="crop-canvas" />
      </div>
      <p id={hint} class="soft small crop-hint">
        Drag to move, scroll or pinch to zoom.
        <span class="crop-keys"> Arrow keys, + and − work too.</span>
      </p>
    </div>
  )
}
