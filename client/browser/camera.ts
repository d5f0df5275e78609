/** The cameras of this computer or telephone: opened, listed, and always let go. Media Capture and Streams §10. */
import { CameraUnavailable, cameraTrouble } from './camera-unavailable.ts'

export interface Camera {
  readonly stream: MediaStream
  readonly id: string | undefined
  /** It looks at the person, who expects to see a mirror. */
  readonly mirrors: boolean
  /** Its light goes out. */
  readonly close: () => void
}

export interface ListedCamera {
  readonly id: string
  readonly label: string
}

type Devices = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>

/** More than an icon needs, so that there is something to crop. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 960 } }

/** `id`: of `listCameras`; else the one that looks at the person. `signal` closes it, too. Rejects with `CameraUnavailable` or the signal's reason. */
export async function openCamera({
  id,
  signal,
  devices = devicesHere(),
}: {
  id?: string
  signal?: AbortSignal
  devices?: Devices | undefined
} = {}): Promise<Camera> {
  if (!devices) throw new CameraUnavailable('unsupported')
  signal?.throwIfAborted()
  const which = id === undefined ? { facingMode: 'user' } : { deviceId: { exact: id } }
  const stream = await devices
    .getUserMedia({ video: { ...WANTED, ...which } })
    .catch((error: unknown) => {
      throw cameraTrouble(error)
    })
  const close = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  // The person may have gone on while the browser asked for permission.
  if (signal?.aborted) close()
  signal?.throwIfAborted()
  signal?.addEventListener('abort', close, { once: true })
  return { stream, close, ...settingsOf(stream) }
}

/** Browsers tell labels only after a camera was allowed. */
export async function listCameras(
  devices: Devices | undefined = devicesHere(),
): Promise<readonly ListedCamera[]> {
  const all = (await devices?.enumerateDevices()) ?? []
  const cameras = all.filter(({ kind }) => kind === 'videoinput')
  return cameras.map(({ deviceId, label }, at) => ({
    id: deviceId,
    label: label || `Camera ${at + 1}`,
  }))
}

/** Whether there is any use in offering it. */
export function hasCameraSupport(): boolean {
  return devicesHere() !== undefined
}

function devicesHere(): Devices | undefined {
  const { navigator } = globalThis as { navigator?: { readonly mediaDevices?: MediaDevices } }
  // Absent in pages that came over plain HTTP. Media Capture and Streams §10.1
  return navigator?.mediaDevices
}

function settingsOf(stream: MediaStream): Pick<Camera, 'id' | 'mirrors'> {
  const { deviceId, facingMode } = stream.getVideoTracks()[0]?.getSettings() ?? {}
  return { id: deviceId, mirrors: facingMode !== 'environment' }
}
