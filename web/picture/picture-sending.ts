/** Sends what was cropped; a refusal keeps the crop, so that trying again costs nothing. */
import type { MyPicture } from '../model/page-model.ts'
import type { CropFrame } from './crop-frame.ts'
import type { PictureState } from './picture-state.ts'
import type { WorkingPicture } from './working-picture.ts'

export interface PictureSending {
  /** `makeRoom`: what is stored already goes first. */
  send(options?: { makeRoom?: boolean }): Promise<void>
  stop(): void
}

export function createPictureSending({
  state,
  myPicture,
  cutOut,
  onStored,
}: {
  state: PictureState
  myPicture: MyPicture
  cutOut: (picture: WorkingPicture, frame: CropFrame) => Promise<Blob>
  onStored: (icon: Blob) => void
}): PictureSending {
  let sending = new AbortController()

  async function store(makeRoom: boolean, signal: AbortSignal): Promise<void> {
    const picture = state.picture.peek()
    if (!picture) return
    const icon = await cutOut(picture, state.frame.peek())
    if (makeRoom) await myPicture.removeAll()
    signal.throwIfAborted()
    const onProgress = (part: number) => {
      state.sent.value = part
    }
    await myPicture.store(icon, { signal, onProgress })
    if (state.go('accepted')) onStored(icon)
  }

  return {
    send: async ({ makeRoom = false } = {}) => {
      if (!state.go('send')) return
      sending = new AbortController()
      const { signal } = sending
      state.sent.value = 0
      try {
        await store(makeRoom, signal)
      } catch (error) {
        state.go('stopped', signal.aborted ? undefined : error)
      }
    },
    stop: () => {
      sending.abort()
    },
  }
}
