/** Chooses the part of the picture that becomes the icon. */
import { useComputed } from '@preact/signals'
import { useId } from 'preact/hooks'
import { mostZoom, zoomedTo, zoomOf } from './crop-frame.ts'
import { CropStage } from './crop-stage.tsx'
import type { PictureTask } from './picture-task.ts'
import { RoundPreview } from './round-preview.tsx'
import { TroubleMessage } from './trouble-message.tsx'

export function CropView({ task }: { readonly task: PictureTask }) {
  return (
    <>
      <TroubleMessage trouble={task.trouble} />
      <div class="crop">
        <CropStage task={task} />
        <div class="crop-previews" aria-hidden="true">
          <RoundPreview task={task} side={96} />
          <RoundPreview task={task} side={32} />
        </div>
        <div class="crop-tools">
          <ZoomSlider task={task} />
          <button type="button" class="button" onClick={task.turn}>
            <span aria-hidden="true">↻</span> Turn
          </button>
        </div>
      </div>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={task.back}>
          Back
        </button>
        <SendButton task={task} />
      </div>
    </>
  )
}

function SendButton({ task }: { readonly task: PictureTask }) {
  const trouble = task.trouble.value
  return (
    <>
      {trouble?.full && (
        <button type="button" class="button" onClick={() => void task.send({ makeRoom: true })}>
          Remove older pictures and try again
        </button>
      )}
      <button type="button" class="button button-primary" onClick={() => void task.send()}>
        {trouble ? 'Try again' : 'Use this picture'}
      </button>
    </>
  )
}

/** Steps of the slider: zoom grows evenly for the eye, so that each step multiplies it. */
const STEPS = 100

function ZoomSlider({ task }: { readonly task: PictureTask }) {
  const id = useId()
  const zoom = useComputed(() => {
    const picture = task.picture.value
    return picture
      ? { most: mostZoom(picture), now: zoomOf(task.frame.value, picture) }
      : { most: 1, now: 1 }
  })
  const { most, now } = zoom.value
  return (
    <div class="crop-zoom">
      <label for={id}>Zoom</label>
      <input
        id={id}
        type="range"
        min="0"
        max={STEPS}
        disabled={most === 1}
        value={most === 1 ? 0 : Math.round((STEPS * Math.log(now)) / Math.log(most))}
        aria-valuetext={`${now.toFixed(1)} times`}
        onInput={({ currentTarget }) => {
          const picture = task.picture.peek()
          const wanted = most ** (Number(currentTarget.value) / STEPS)
          if (picture) task.setFrame(zoomedTo(task.frame.peek(), picture, wanted))
        }}
      />
    </div>
  )
}
