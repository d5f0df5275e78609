/** The dialog for a new picture, loaded when it is first wanted. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../layout/dialog.tsx'
import type { PictureDialogProps } from '../picture/picture-dialog.tsx'

export function NewPicture(props: PictureDialogProps) {
  const [loaded, setLoaded] = useState<{ dialog: ComponentType<PictureDialogProps> }>()
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    import('../picture/picture-dialog.tsx').then(
      ({ PictureDialog }) => {
        setLoaded({ dialog: PictureDialog })
      },
      () => {
        setFailed(true)
      },
    )
  }, [])
  if (loaded) return <loaded.dialog {...props} />
  if (!hasFailed) return null
  return (
    <Dialog title="Your picture" onClose={props.onClose}>
      <p class="message message-error" role="alert">
        This part of the page could not be loaded. Check your connection, then reload the page.
      </p>
    </Dialog>
  )
}
