/** The store's messages on a link between workers. */
import type { MessageChannel } from '../../core/store/remote/message-channel.ts'
import type { Channel } from './channel.ts'
import { TOPICS } from './topics.ts'

export function storeChannel(channel: Channel): MessageChannel {
  return {
    send(message) {
      // What one side has not heard it would never know of: without the link both begin anew.
      if (!channel.post(TOPICS.store, message)) channel.end()
    },
    onMessage(listener) {
      channel.onPost(TOPICS.store, listener)
    },
    onClosed(listener) {
      channel.onLost(listener)
    },
  }
}
