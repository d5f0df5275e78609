/** What SIP stacks give as the body of a NOTIFY: text, bytes in UTF-8, or nothing where it has none, as JsSIP's null. */
export type NotifyContent = string | Uint8Array | null | undefined

export function textOfContent(content: NotifyContent): string {
  if (content === null || content === undefined) return ''
  return typeof content === 'string' ? content : new TextDecoder().decode(content)
}
