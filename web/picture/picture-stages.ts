/** The way of a new picture, from choosing it until it is stored, or waits for approval. */

export type Stage =
  'choosing' | 'camera' | 'opening' | 'cropping' | 'sending' | 'stored' | 'waiting'
export type StageEvent =
  'camera' | 'open' | 'opened' | 'unreadable' | 'back' | 'send' | 'stopped' | 'accepted' | 'held'

/** What is missing means nothing at that stage. */
export const NEXT_STAGE: Record<Stage, Partial<Record<StageEvent, Stage>>> = {
  choosing: { camera: 'camera', open: 'opening' },
  camera: { back: 'choosing', open: 'opening' },
  opening: { opened: 'cropping', unreadable: 'choosing', open: 'opening', back: 'choosing' },
  cropping: { back: 'choosing', camera: 'camera', open: 'opening', send: 'sending' },
  sending: { stopped: 'cropping', accepted: 'stored', held: 'waiting' },
  stored: {},
  waiting: {},
}
