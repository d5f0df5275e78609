/** A file that gives no picture, and why. */

export type UnreadableReason =
  'unread' | 'empty' | 'too-long' | 'too-many-pixels' | 'heic' | 'no-picture' | 'broken'

const IN_WORDS: Record<UnreadableReason, string> = {
  unread: 'The file cannot be read.',
  empty: 'The file is empty.',
  'too-long': 'The file is too large: at most 64 MB.',
  'too-many-pixels': 'The picture is too large: at most 64 megapixels.',
  heic: 'This browser cannot open HEIC pictures. Save it as JPEG first.',
  'no-picture':
    'The file is no picture that this browser can open. Choose a JPEG, PNG, GIF or WebP.',
  broken: 'The picture is damaged.',
}

/** Its message is for the person. */
export class PictureUnreadable extends Error {
  override readonly name = 'PictureUnreadable'
  readonly reason: UnreadableReason

  constructor(reason: UnreadableReason, cause?: unknown) {
    super(IN_WORDS[reason], { cause })
    this.reason = reason
  }
}
