/** What a camera sees: as in a mirror, when it looks at the person. */
import { useEffect, useRef } from 'preact/hooks'
import type { Camera } from '../../client/browser/camera.ts'

export interface ViewfinderProps {
  readonly camera: Camera
  /** From now on a picture can be taken of it. */
  readonly onSight: (camera: Camera, video: HTMLVideoElement) => void
}

export function Viewfinder({ camera, onSight }: ViewfinderProps) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current) video.current.srcObject = camera.stream
  }, [camera])
  return (
    <video
      ref={video}
      class={camera.mirrors ? 'viewfinder viewfinder-mirror' : 'viewfinder'}
      aria-label="What the camera sees"
      autoplay
      muted
      playsInline
      onLoadedData={({ currentTarget }) => {
        onSight(camera, currentTarget)
      }}
    />
  )
}
