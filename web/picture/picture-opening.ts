/** A file or what the camera saw becomes the picture to be cropped. */
import type { PictureState } from './picture-state.ts'
import type { PictureTools, WorkingPicture } from './working-picture.ts'

export interface PictureOpening {
  readonly open: (file: Blob) => Promise<void>
  /** Of the camera. */
  readonly take: (taken: WorkingPicture) => void
  /** To choose another. */
  readonly back: () => void
}

export function createPictureOpening({
  state,
  tools,
}: {
  state: PictureState
  tools: Pick<PictureTools, 'open'>
}): PictureOpening {
  let latest = 0

  return {
    open: async (file) => {
      if (!state.go('open')) return
      // Of two files the later one counts, whichever is opened first.
      const turn = ++latest
      try {
        const opened = await tools.open(file)
        if (turn === latest && state.go('opened')) state.crop(opened)
      } catch (error) {
        if (turn === latest) state.go('unreadable', error)
      }
    },
    take: (taken) => {
      if (state.go('open') && state.go('opened')) state.crop(taken)
    },
    back: () => {
      latest++
      state.go('back')
    },
  }
}
