/** Where the picture shall come from: a file, the clipboard or the camera. */
import { hasCameraSupport } from '../../client/browser/camera.ts'
import { FileButton } from './file-button.tsx'
import type { PictureTask } from './picture-task.ts'
import { TroubleMessage } from './trouble-message.tsx'

export function ChooseView({ task }: { readonly task: PictureTask }) {
  const isOpening = task.stage.value === 'opening'
  return (
    <>
      <TroubleMessage trouble={task.trouble} />
      <div class="picture-choices">
        <p class="soft" role="status">
          {isOpening ? 'Opening the picture…' : 'Drop a picture here, or paste one.'}
        </p>
        <div class="button-row">
          <FileButton onFile={(file) => void task.open(file)} />
          {hasCameraSupport() && (
            <button type="button" class="button" onClick={task.useCamera}>
              Use the camera
            </button>
          )}
        </div>
      </div>
      <p class="soft small">JPEG, PNG, GIF or WebP. You choose the part that is shown next.</p>
    </>
  )
}
