/** A camera that runs as long as its view is shown. Media Capture and Streams. */
import { useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals'
import {
  listCameras,
  openCamera,
  type Camera,
  type ListedCamera,
} from '../../client/browser/camera.ts'
import { CameraUnavailable } from '../../client/browser/camera-unavailable.ts'

export interface CameraInUse {
  readonly camera: ReadonlySignal<Camera | undefined>
  readonly cameras: ReadonlySignal<readonly ListedCamera[]>
  /** In words. */
  readonly trouble: ReadonlySignal<string | undefined>
  readonly choose: (id: string) => void
  /** After trouble. */
  readonly again: () => void
}

/** Without an id: the one that looks at the person. */
interface WhichCamera {
  readonly id?: string
}

export function useCamera(): CameraInUse {
  const camera = useSignal<Camera>()
  const cameras = useSignal<readonly ListedCamera[]>([])
  const trouble = useSignal<string>()
  const wanted = useSignal<WhichCamera>({})

  function fail(error: unknown): void {
    camera.value = undefined
    trouble.value = error instanceof Error ? error.message : String(error)
  }

  async function open(which: WhichCamera, signal: AbortSignal): Promise<void> {
    try {
      camera.value = await openUntil(signal, which, fail)
      // Without the list there is still this one.
      cameras.value = await listCameras().catch(() => [])
    } catch (error) {
      if (!signal.aborted) fail(error)
    }
  }

  useSignalEffect(() => {
    const shown = new AbortController()
    trouble.value = undefined
    void open(wanted.value, shown.signal)
    return () => {
      shown.abort()
      camera.value = undefined
    }
  })

  return {
    camera,
    cameras,
    trouble,
    choose: (id) => {
      wanted.value = { id }
    },
    again: () => {
      wanted.value = { ...wanted.peek() }
    },
  }
}

/** `onGone`: it was unplugged, or is no longer allowed. */
async function openUntil(
  signal: AbortSignal,
  which: WhichCamera,
  onGone: (error: CameraUnavailable) => void,
): Promise<Camera> {
  const opened = await openCamera({ signal, ...which })
  opened.stream.getVideoTracks()[0]?.addEventListener('ended', () => {
    onGone(new CameraUnavailable('gone'))
  })
  return opened
}
