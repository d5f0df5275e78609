/** Picture cache: the bytes of the pictures used last, each once however many users have it. */
import type { Picture } from '../user-avatars.ts'

export interface PictureCache {
  find(id: string): Picture | undefined
  keep(picture: Picture): void
}

export function createPictureCache(mostBytes: number): PictureCache {
  /** Those used last come last. */
  const pictures = new Map<string, Picture>()
  let bytes = 0

  function drop(id: string): void {
    bytes -= pictures.get(id)?.avatar.size ?? 0
    pictures.delete(id)
  }

  return {
    find(id) {
      const picture = pictures.get(id)
      if (!picture) return undefined
      pictures.delete(id)
      pictures.set(id, picture)
      return picture
    },
    keep(picture) {
      drop(picture.avatar.id)
      pictures.set(picture.avatar.id, picture)
      bytes += picture.avatar.size
      for (const oldest of pictures.keys()) {
        if (bytes <= mostBytes) return
        drop(oldest)
      }
    },
  }
}
