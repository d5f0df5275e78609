/** What the headers of an image say, whatever its format. */

export interface PictureFacts {
  /** In pixels, as stored; an orientation in the metadata is not applied. */
  readonly width: number
  readonly height: number
  readonly frames: number
  /** Something besides the picture: camera, place, comments, or bytes after its end. */
  readonly metadata: boolean
}

/** `truncated`: the image ends too early; `broken`: it contradicts itself. */
export type PictureReading = PictureFacts | 'truncated' | 'broken'
