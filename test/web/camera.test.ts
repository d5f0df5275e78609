/** Cameras are let go whatever happens, and say in words why they give no picture. Media Capture and Streams §10. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listCameras, openCamera } from '../../client/browser/camera.ts'
import { CameraUnavailable } from '../../client/browser/camera-unavailable.ts'

interface FakeTrack {
  stopped: boolean
  stop(): void
  getSettings(): MediaTrackSettings
}

/** Devices of a browser, which open the camera when the test lets them. */
function devicesWith({
  facingMode = 'user',
  cameras = [] as Partial<MediaDeviceInfo>[],
  opening = Promise.resolve(),
} = {}) {
  const tracks: FakeTrack[] = []
  const asked: MediaStreamConstraints[] = []
  return {
    tracks,
    asked,
    getUserMedia: async (wanted: MediaStreamConstraints) => {
      asked.push(wanted)
      await opening
      const track: FakeTrack = {
        stopped: false,
        stop: () => (track.stopped = true),
        getSettings: () => ({ deviceId: 'one', facingMode }),
      }
      tracks.push(track)
      return { getTracks: () => [track], getVideoTracks: () => [track] } as unknown as MediaStream
    },
    enumerateDevices: () => Promise.resolve(cameras as MediaDeviceInfo[]),
  }
}

test('the camera that looks at the person is asked for, without sound, and mirrors', async () => {
  const devices = devicesWith()
  const camera = await openCamera({ devices })
  assert.deepEqual(Object.keys(devices.asked[0]!), ['video'])
  assert.equal((devices.asked[0]!.video as MediaTrackConstraints).facingMode, 'user')
  assert.equal(camera.mirrors, true)
  camera.close()
  assert.ok(devices.tracks.every(({ stopped }) => stopped))
})

test('a camera is closed with the signal that it was opened with', async () => {
  const devices = devicesWith()
  const view = new AbortController()
  await openCamera({ devices, signal: view.signal })
  assert.equal(devices.tracks[0]!.stopped, false)
  view.abort()
  assert.equal(devices.tracks[0]!.stopped, true)
})

test('another camera is asked for by its id, and one that looks away does not mirror', async () => {
  const devices = devicesWith({ facingMode: 'environment' })
  const camera = await openCamera({ id: 'two', devices })
  const { deviceId } = devices.asked[0]!.video as MediaTrackConstraints
  assert.deepEqual(deviceId, { exact: 'two' })
  assert.equal(camera.mirrors, false)
})

test('who goes on while the browser asks for permission leaves no camera running', async () => {
  let allow: () => void = () => undefined
  const devices = devicesWith({ opening: new Promise((resolve) => (allow = resolve)) })
  const leave = new AbortController()
  const opening = openCamera({ devices, signal: leave.signal })
  leave.abort(new Error('gone on'))
  allow()
  await assert.rejects(opening, { message: 'gone on' })
  assert.deepEqual(
    devices.tracks.map(({ stopped }) => stopped),
    [true],
  )
})

for (const [name, trouble] of [
  ['NotFoundError', 'none'],
  ['OverconstrainedError', 'none'],
  ['NotAllowedError', 'refused'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'broken'],
] as const) {
  test(`Media Capture §10.2: ${name} is told as a camera that is ${trouble}, in words`, async () => {
    const devices = {
      ...devicesWith(),
      getUserMedia: () => Promise.reject(new DOMException('', name)),
    }
    await assert.rejects(openCamera({ devices }), (error) => {
      assert.ok(error instanceof CameraUnavailable)
      assert.equal(error.trouble, trouble)
      assert.match(error.message, /^[A-Z].*\.$/)
      return true
    })
  })
}

test('a page that came over plain HTTP has no camera, and says so', async () => {
  await assert.rejects(openCamera({ devices: undefined }), { trouble: 'unsupported' })
})

test('cameras are listed without microphones; nameless ones are numbered', async () => {
  const cameras = [
    { kind: 'audioinput', deviceId: 'mic', label: 'Microphone' },
    { kind: 'videoinput', deviceId: 'a', label: 'Front' },
    { kind: 'videoinput', deviceId: 'b', label: '' },
  ] as const
  assert.deepEqual(await listCameras(devicesWith({ cameras: [...cameras] })), [
    { id: 'a', label: 'Front' },
    { id: 'b', label: 'Camera 2' },
  ])
})
