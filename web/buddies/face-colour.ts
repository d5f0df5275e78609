/** A stable colour for each address: the same person looks the same on every day and every machine. */

/** White letters on each have a contrast of at least 4.5 to 1. WCAG 2.2 §1.4.3 */
export const FACE_COLOURS = [
  '#b3392f',
  '#a84a12',
  '#866000',
  '#4f7012',
  '#1f7a3d',
  '#0b7567',
  '#0b6f91',
  '#2866b8',
  '#4a57c6',
  '#7449bd',
  '#963fa3',
  '#ab3573',
] as const

/** @param address canonical, as `sip:bob@example.com` */
export function faceColour(address: string): string {
  // FNV-1a: one changed letter gives another colour.
  let hash = 0x811c9dc5
  for (let at = 0; at < address.length; at += 1)
    hash = Math.imul(hash ^ address.charCodeAt(at), 0x01000193) >>> 0
  return FACE_COLOURS[hash % FACE_COLOURS.length] ?? FACE_COLOURS[0]
}
