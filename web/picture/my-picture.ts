/** My stored pictures: the one stored last is what others see; and the one that waits for approval. */
import type { IconClient } from '../../client/icon-client.ts'
import { XcapError } from '../../client/xcap-error.ts'
import { uploadIcon } from '../../client/browser/icon-upload.ts'
import type { MyPicture } from '../model/page-model.ts'
import type { HeldPictures } from './held-pictures.ts'
import { refusalOf } from './picture-refused.ts'

interface Stored {
  icons: Pick<IconClient, 'list' | 'delete'>
  held: HeldPictures
}

/** `url`: `/icons/<address>`; `onSessionOver`: the cookie was refused. Whatever rejects is a `PictureRefused`, or the signal's reason. */
export function createMyPicture({
  url,
  icons,
  held,
  onSessionOver,
  upload = uploadIcon,
}: {
  url: string
  onSessionOver?: () => void
  upload?: typeof uploadIcon
} & Stored): MyPicture {
  function refusal(error: unknown): Error {
    if (error instanceof XcapError && error.status === 401) onSessionOver?.()
    return refusalOf(error)
  }

  function refuse(error: unknown): never {
    throw refusal(error)
  }

  return {
    store: async (image, { signal, onProgress } = {}) => {
      try {
        const { waits } = await upload({
          ...{ url, image },
          ...(signal && { signal }),
          ...(onProgress && { onProgress }),
        })
        return { waits }
      } catch (error) {
        throw signal?.aborted ? error : refusal(error)
      }
    },
    removeAll: () => removeAll({ icons, held }).catch(refuse),
    isWaiting: () => held.list().then((paths) => paths.length > 0, refuse),
  }
}

async function removeAll({ icons, held }: Stored): Promise<void> {
  // First: who approved it meanwhile has made it one of the others.
  for (const path of await held.list()) await gone(held.withdraw(path))
  for (const { name } of await icons.list()) await gone(icons.delete(name))
}

/** Somebody else, another page perhaps, may have removed it first. */
async function gone(removing: Promise<unknown>): Promise<void> {
  try {
    await removing
  } catch (error) {
    if (!(error instanceof XcapError && error.status === 404)) throw error
  }
}
