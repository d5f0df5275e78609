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

interface PictureSendingParts {
  readonly state: PictureState
  readonly myPicture: MyPicture
  readonly tools: Pick<PictureTools, 'cutOut'>
  readonly onStored: (icon: Blob) => void
  readonly onHeld: () => void
}

export function createPictureSending(parts: PictureSendingParts): PictureSending {
  const { state, myPicture, tools, onStored, onHeld } = parts
  let sending = new AbortController()

  async function store(makeRoom: boolean, signal: AbortSignal): Promise<void> {
    const picture = state.picture.peek()
    if (!picture) return
    const icon = await tools.cutOut(picture, state.frame.peek())
    if (makeRoom) await myPicture.removeAll()
    signal.throwIfAborted()
    const { waits } = await myPicture.store(icon, { signal, onProgress: state.showSent })
    // What others see is still the one before.
    if (waits) {
      if (state.go('held')) onHeld()
    } else if (state.go('accepted')) onStored(icon)
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
