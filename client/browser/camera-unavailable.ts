/** A camera that gives no picture, and why. Media Capture and Streams §10.2. */

export type CameraTrouble = 'none' | 'refused' | 'busy' | 'gone' | 'unsupported' | 'broken'

const IN_WORDS: Record<CameraTrouble, string> = {
  none: 'No camera was found.',
  refused: 'The browser may not use the camera. Allow it in the settings of this site.',
  busy: 'The camera is in use by another program.',
  gone: 'The camera was switched off or unplugged.',
  unsupported: 'The camera works only over a secure connection (https).',
  broken: 'The camera does not work.',
}

/** By the name of the exception. */
const TROUBLES: Partial<Record<string, CameraTrouble>> = {
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotReadableError: 'busy',
}

/** Its message is for the person. */
export class CameraUnavailable extends Error {
  override readonly name = 'CameraUnavailable'
  readonly trouble: CameraTrouble

  constructor(trouble: CameraTrouble, cause?: unknown) {
    super(IN_WORDS[trouble], { cause })
    this.trouble = trouble
  }
}

export function cameraTrouble(error: unknown): CameraUnavailable {
  const name = error instanceof Error ? error.name : ''
  return new CameraUnavailable(TROUBLES[name] ?? 'broken', error)
}
