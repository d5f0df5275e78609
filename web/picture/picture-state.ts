/** How far a new picture is: what the dialog shows. */
import { batch, signal, type ReadonlySignal } from '@preact/signals'
import { wholeFrame, type CropFrame } from './crop-frame.ts'
import { PictureRefused } from './picture-refused.ts'
import { NEXT_STAGE, type Stage, type StageEvent } from './picture-stages.ts'
import type { WorkingPicture } from './working-picture.ts'

export interface Trouble {
  readonly words: string
  /** Removing older pictures would help. */
  readonly full: boolean
}

export interface PictureProgress {
  readonly stage: ReadonlySignal<Stage>
  readonly trouble: ReadonlySignal<Trouble | undefined>
  readonly picture: ReadonlySignal<WorkingPicture | undefined>
  readonly frame: ReadonlySignal<CropFrame>
  /** The part that has been sent, 0 to 1. */
  readonly sent: ReadonlySignal<number>
}

export type PictureState = ReturnType<typeof createPictureState>

export function createPictureState() {
  const stage = signal<Stage>('choosing')
  const trouble = signal<Trouble>()
  const picture = signal<WorkingPicture>()
  const frame = signal<CropFrame>({ x: 0, y: 0, side: 1 })
  const sent = signal(0)

  /** False: it means nothing now. */
  function go(event: StageEvent, failure?: unknown): boolean {
    const next = NEXT_STAGE[stage.peek()][event]
    if (!next) return false
    batch(() => {
      stage.value = next
      trouble.value = failure === undefined ? undefined : troubleOf(failure)
    })
    return true
  }

  function crop(opened: WorkingPicture, kept = wholeFrame(opened)): void {
    batch(() => {
      picture.value = opened
      frame.value = kept
    })
  }

  const showSent = (part: number) => {
    sent.value = part
  }

  return { stage, trouble, picture, frame, sent, go, crop, showSent }
}

function troubleOf(error: unknown): Trouble {
  const full = error instanceof PictureRefused && error.full
  return { words: error instanceof Error ? error.message : String(error), full }
}
