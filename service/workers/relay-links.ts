/** The links between workers as the SIP stack uses them: its messages have a topic of their own. */
import type { RelayLinks, RelayPeer } from '../../core/sip/relay/relay-link.ts'
import type { Channel } from './channel.ts'
import type { WorkerLinks } from './links.ts'
import { TOPICS } from './topics.ts'

export function relayLinks(links: WorkerLinks): RelayLinks {
  return {
    own: links.own,
    workers: links.workers,
    onOpen(listener) {
      links.onOpen((worker, channel) => {
        listener(worker, peerOf(channel))
      })
    },
  }
}

function peerOf(channel: Channel): RelayPeer {
  return {
    post: (head, octets) => channel.post(TOPICS.sip, head, octets),
    get open() {
      return channel.open
    },
    get waiting() {
      return channel.waiting
    },
    flush() {
      channel.flush()
    },
    onMessage(handler) {
      channel.onPost(TOPICS.sip, handler)
    },
    onLost(handler) {
      channel.onLost(handler)
    },
  }
}
