/** Takes a picture with the camera. */
import { useSignal } from '@preact/signals'
import type { Camera } from '../../client/browser/camera.ts'
import { CameraChoice } from './camera-choice.tsx'
import type { PictureTask } from './picture-task.ts'
import { TakeButton } from './take-button.tsx'
import { useCamera, type CameraInUse } from './use-camera.ts'
import { Viewfinder } from './viewfinder.tsx'
import { workingPicture } from './working-picture.ts'

export function CameraView({ task }: { readonly task: PictureTask }) {
  const inUse = useCamera()
  /** A camera whose first picture is there, and where it is seen. */
  const sight = useSignal<{ camera: Camera; video: HTMLVideoElement } | undefined>(undefined)
  const isReady = sight.value !== undefined && sight.value.camera === inUse.camera.value

  async function take(): Promise<void> {
    if (!sight.value) return
    const bitmap = await createImageBitmap(sight.value.video)
    task.take(workingPicture(bitmap))
    bitmap.close()
  }

  return (
    <>
      <CameraPlace
        inUse={inUse}
        onSight={(camera, video) => {
          sight.value = { camera, video }
        }}
      />
      <CameraChoice inUse={inUse} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={task.back}>
          Back
        </button>
        {inUse.trouble.value === undefined ? (
          <TakeButton isReady={isReady} onTake={take} />
        ) : (
          <button type="button" class="button button-primary" onClick={inUse.again}>
            Try again
          </button>
        )}
      </div>
    </>
  )
}

interface CameraPlaceProps {
  readonly inUse: CameraInUse
  readonly onSight: (camera: Camera, video: HTMLVideoElement) => void
}

function CameraPlace({ inUse, onSight }: CameraPlaceProps) {
  const camera = inUse.camera.value
  const trouble = inUse.trouble.value
  return (
    <div class="camera-place">
      {camera && <Viewfinder camera={camera} onSight={onSight} />}
      {!camera && trouble === undefined && (
        <p role="status">Allow the camera if the browser asks.</p>
      )}
      {trouble !== undefined && (
        <p class="message message-error" role="alert">
          {trouble}
        </p>
      )}
    </div>
  )
}
