/** What pointers, wheel and keys on the stage do to the frame. Pointer Events 3, UI Events §4.4. */
import type { CropFrame, Point, Size } from './crop-frame.ts'
import { dragged, keyed, wheeled } from './crop-gestures.ts'
import type { PictureTask } from './picture-task.ts'
import { createPointers } from './pointers.ts'

type On<Event> = Event & { readonly currentTarget: HTMLElement }

/** `margin`: what is seen around the frame on each side, a part of the frame's side. */
export function createCropHandlers({ task, margin }: { task: PictureTask; margin: number }) {
  const pointers = createPointers()

  /** True: it meant something. */
  function change(to: (frame: CropFrame, size: Size) => CropFrame | undefined): boolean {
    const picture = task.picture.peek()
    const frame = picture && to(task.frame.peek(), picture)
    if (frame) task.setFrame(frame)
    return frame !== undefined
  }

  /** Within the frame, which is the middle of the stage. */
  function placeOf({ clientX, clientY, currentTarget }: On<MouseEvent>): Point {
    const { left, top, width } = currentTarget.getBoundingClientRect()
    const side = width / (1 + 2 * margin)
    return { x: (clientX - left) / side - margin, y: (clientY - top) / side - margin }
  }

  return {
    onPointerDown: (event: On<PointerEvent>) => {
      event.currentTarget.setPointerCapture(event.pointerId)
      pointers.down(event.pointerId, placeOf(event))
    },
    onPointerMove: (event: On<PointerEvent>) => {
      const move = pointers.move(event.pointerId, placeOf(event))
      if (move) change((frame, size) => dragged(frame, size, move))
    },
    onLostPointerCapture: ({ pointerId }: PointerEvent) => {
      pointers.up(pointerId)
    },
    onWheel: (event: On<WheelEvent>) => {
      event.preventDefault()
      change((frame, size) => wheeled(frame, size, event, placeOf(event)))
    },
    onKeyDown: (event: KeyboardEvent) => {
      // With these the browser itself is meant.
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (change((frame, size) => keyed(frame, size, event))) event.preventDefault()
    },
  }
}
