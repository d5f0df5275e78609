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

export function useCamera(): CameraInUse {
  const camera = useSignal<Camera>()
  const cameras = useSignal<readonly ListedCamera[]>([])
  const trouble = useSignal<string>()
  /** Without an id: the one that looks at the person. */
  const wanted = useSignal<{ readonly id?: string }>({})

  function fail(error: unknown): void {
    camera.value = undefined
    trouble.value = error instanceof Error ? error.message : String(error)
  }

  async function open(which: { readonly id?: string }, signal: AbortSignal): Promise<void> {
    try {
      const opened = await openCamera({ signal, ...which })
      signal.addEventListener('abort', opened.close)
      // Unplugged, or no longer allowed.
      opened.stream.getVideoTracks()[0]?.addEventListener('ended', () => {
        fail(new CameraUnavailable('gone'))
      })
      camera.value = opened
      cameras.value = await listCameras()
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
