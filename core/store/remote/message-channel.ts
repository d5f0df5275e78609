/** What a store is reached through: whole messages, both ways, in order, none lost until it closes. */
export interface MessageChannel {
  /** After the channel has closed it does nothing. The octets are the channel's from then on. */
  send(message: Buffer): void
  /** Once. The message is valid during the call only. */
  onMessage(listener: (message: Buffer) => void): void
  /** Once: the other side has gone, or one of both has closed. */
  onClosed(listener: () => void): void
}
