/** A store behind a channel, in one process. */
import type { OpenedStore } from '../../../core/model/opened-store.ts'
import { silentLog } from '../../../core/model/log.ts'
import type { MessageChannel } from '../../../core/store/remote/message-channel.ts'
import { openRemoteStore } from '../../../core/store/remote/remote-store.ts'
import { serveStore } from '../../../core/store/remote/store-service.ts'

/** Two ends; each message comes in a later turn of the event loop, as by a socket, in octets that are used again. */
function channelPair(): { member: End; owner: End; close: () => void } {
  const member = createEnd()
  const owner = createEnd()
  member.sendTo(owner)
  owner.sendTo(member)
  return {
    member,
    owner,
    close() {
      member.shut()
      owner.shut()
    },
  }
}

type End = ReturnType<typeof createEnd>

function createEnd() {
  let hear: (message: Buffer) => void = () => undefined
  let closed: () => void = () => undefined
  let isOpen = true
  let other: { readonly receive: (message: Buffer) => void } | undefined
  const end = {
    messages: 0,
    octets: 0,
    sendTo(to: { readonly receive: (message: Buffer) => void }) {
      other = to
    },
    receive(message: Buffer) {
      if (!isOpen) return
      const copy = Buffer.from(message)
      hear(copy)
      copy.fill(0)
    },
    shut() {
      if (!isOpen) return
      isOpen = false
      closed()
    },
    send(message: Buffer) {
      end.messages++
      end.octets += message.length
      setImmediate(() => other?.receive(message))
    },
    onMessage(listener: (message: Buffer) => void) {
      hear = listener
    },
    onClosed(listener: () => void) {
      closed = listener
    },
  }
  return end satisfies MessageChannel
}

export async function behindChannel(store: OpenedStore) {
  const channel = channelPair()
  serveStore(store, channel.owner)
  const remote = await openRemoteStore({ channel: channel.member, log: silentLog })
  return { remote, channel }
}
