/** Which camera, where there is more than one. */
import { useId } from 'preact/hooks'
import type { CameraInUse } from './use-camera.ts'

export function CameraChoice({ inUse }: { readonly inUse: CameraInUse }) {
  const id = useId()
  const { camera, cameras } = inUse
  if (cameras.value.length < 2) return null
  return (
    <div class="field">
      <label for={id}>Camera</label>
      <select
        class="input"
        id={id}
        value={camera.value?.id}
        onChange={({ currentTarget }) => {
          inUse.choose(currentTarget.value)
        }}
      >
        {cameras.value.map(({ id: one, label }) => (
          <option key={one} value={one}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}
