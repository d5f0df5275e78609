/** One new picture under way: what the dialog shows and what a person can do in it. */
import type { MyPicture } from '../model/page-model.ts'
import { turnedRight, type CropFrame } from './crop-frame.ts'
import { createPictureOpening, type PictureOpening } from './picture-opening.ts'
import { createPictureSending, type PictureSending } from './picture-sending.ts'
import { createPictureState, type PictureProgress } from './picture-state.ts'
import type { PictureTools } from './working-picture.ts'

export interface PictureTask extends PictureProgress, PictureOpening, PictureSending {
  readonly useCamera: () => void
  readonly setFrame: (frame: CropFrame) => void
  /** To the right by a quarter. */
  readonly turn: () => void
}

export function createPictureTask({
  myPicture,
  tools,
  onStored,
  onHeld,
}: {
  myPicture: MyPicture
  tools: PictureTools
  onStored: (icon: Blob) => void
  /** It waits for approval. */
  onHeld: () => void
}): PictureTask {
  const state = createPictureState()
  const { stage, trouble, picture, frame, sent } = state
  const isCropping = () => stage.peek() === 'cropping'
  return {
    ...{ stage, trouble, picture, frame, sent },
    ...createPictureOpening({ state, tools }),
    ...createPictureSending({ state, myPicture, tools, onStored, onHeld }),
    useCamera: () => {
      state.go('camera')
    },
    setFrame: (wanted) => {
      if (isCropping()) frame.value = wanted
    },
    turn: () => {
      const current = picture.peek()
      if (current && isCropping()) {
        state.crop(tools.turnRight(current), turnedRight(frame.peek(), current))
      }
    },
  }
}
