/** Sends what was cropped; a refusal keeps the crop, so that trying again costs nothing. */
import type { MyPicture } from '../model/page-model.ts'
import type { PictureState } from './picture-state.ts'
import type { PictureTools } from './working-picture.ts'

export interface PictureSending {
  /** `makeRoom`: what is stored already goes first. */
  readonly send: (options?: { makeRoom?: boolean }) => Promise<void>
  /** The crop stays as it is. */
  readonly stop: () => void
}

export function createPictureSending({
  state,
  myPicture,
  tools,
  onStored,
}: {
  state: PictureState
  myPicture: MyPicture
  tools: Pick<PictureTools, 'cutOut'>
  onStored: (icon: Blob) => void
}): PictureSending {
  let sending = new AbortController()

  async function store(makeRoom: boolean, signal: AbortSignal): Promise<void> {
    const picture = state.picture.peek()
    if (!picture) return
    const icon = await tools.cutOut(picture, state.frame.peek())
    if (makeRoom) await myPicture.removeAll()
    signal.throwIfAborted()
    await myPicture.store(icon, { signal, onProgress: state.showSent })
    if (state.go('accepted')) onStored(icon)
  }

  return {
    send: async ({ makeRoom = false } = {}) => {
      if (!state.go('send')) return
      sending = new AbortController()
      const { signal } = sending
      state.showSent(0)
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
