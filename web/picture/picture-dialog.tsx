/** The dialog for a new picture: choose or take it, crop it, send it. Loaded when it is wanted. */
import { useEffect, useMemo } from 'preact/hooks'
import { Dialog } from '../layout/dialog.tsx'
import { DropPlace } from '../my-card/drop-place.tsx'
import { pastedPicture } from '../my-card/picture-arrival.ts'
import type { MyPicture } from '../model/page-model.ts'
import { CameraView } from './camera-view.tsx'
import { ChooseView } from './choose-view.tsx'
import { CropView } from './crop-view.tsx'
import { createPictureTask, type PictureTask } from './picture-task.ts'
import { SendingView } from './sending-view.tsx'
import { pictureTools } from './working-picture.ts'
import './picture.css'

export interface PictureDialogProps {
  readonly myPicture: MyPicture
  /** What was dropped or pasted. */
  readonly file?: File
  readonly onStored: (icon: Blob) => void
  /** It waits for approval. */
  readonly onHeld: () => void
  readonly onClose: () => void
}

export function PictureDialog({ myPicture, file, onStored, onHeld, onClose }: PictureDialogProps) {
  const task = useMemo(
    () => createPictureTask({ myPicture, tools: pictureTools, onStored, onHeld }),
    [],
  )
  useEffect(() => {
    if (file) void task.open(file)
    return task.stop
  }, [])
  useEffect(() => followPastes(task), [])
  return (
    <Dialog title="Your picture" wide onClose={onClose}>
      <DropPlace class="picture-task" onFile={(dropped) => void task.open(dropped)}>
        <View task={task} onClose={onClose} />
      </DropPlace>
    </Dialog>
  )
}

function View({ task, onClose }: { readonly task: PictureTask; readonly onClose: () => void }) {
  switch (task.stage.value) {
    case 'choosing':
    case 'opening':
      return <ChooseView task={task} />
    case 'camera':
      return <CameraView task={task} />
    case 'cropping':
      return <CropView task={task} />
    case 'sending':
    case 'stored':
    case 'waiting':
      return <SendingView task={task} onClose={onClose} />
  }
}

function followPastes(task: PictureTask): () => void {
  const paste = ({ clipboardData }: ClipboardEvent) => {
    const file = clipboardData && pastedPicture(clipboardData, false)
    if (file) void task.open(file)
  }
  document.addEventListener('paste', paste)
  return () => {
    document.removeEventListener('paste', paste)
  }
}
