/** A phone in a web page: sip.js's own UserAgent, Subscriber and Publisher over WebSocket, with `ws` for the browser's. */
import { Publisher, Subscriber, UserAgent, type URI } from 'sip.js'
import { WebSocket } from 'ws'
import { PASSWORD } from './visage-process.ts'

export interface SipJsPhone {
  /** The presence documents that came, oldest first. */
  readonly documents: readonly string[]
  watch(address: string): Promise<void>
  publish(document: string): Promise<void>
  unpublish(): Promise<void>
  /** Waits for a document, not read before, that matches. */
  receives(pattern: RegExp, milliseconds?: number): Promise<string>
  stop(): Promise<void>
}

export async function startSipJsPhone({
  user,
  server,
}: {
  user: string
  /** `ws://127.0.0.1:8080/ws` */
  server: string
}): Promise<SipJsPhone> {
  // sip.js takes the browser's.
  Object.assign(globalThis, { WebSocket })
  const address = `sip:${user}@localhost`
  const documents: string[] = []
  const watched: string[] = []
  let read = 0
  const subscribe = (whom: string) => subscribeTo(agent, whom, (text) => void documents.push(text))
  const agent = new UserAgent({
    uri: uri(address),
    authorizationUsername: user,
    authorizationPassword: PASSWORD,
    transportOptions: { server },
    reconnectionAttempts: 20,
    reconnectionDelay: 0.5,
    logBuiltinEnabled: false,
    gracefulShutdown: false,
    delegate: {
      // What a page does when its connection is back: sip.js subscribes again to nothing by itself.
      onConnect: () => void Promise.all(watched.map(subscribe)),
    },
  })
  await agent.start()
  const publisher = new Publisher(agent, uri(address), 'presence', {
    contentType: 'application/pidf+xml',
  })
  return {
    documents,
    watch: async (whom) => {
      watched.push(whom)
      await subscribe(whom)
    },
    publish: (document) => publisher.publish(document),
    unpublish: () => publisher.unpublish(),
    receives: async (pattern, milliseconds = 10_000) => {
      const give = Date.now() + milliseconds
      for (;;) {
        const found = documents.findIndex((text, at) => at >= read && pattern.test(text))
        if (found >= 0) {
          read = found + 1
          return documents[found] ?? ''
        }
        if (Date.now() > give)
          throw new Error(`nothing like ${pattern} in:\n${documents.join('\n')}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    stop: () => agent.stop(),
  }
}

async function subscribeTo(
  agent: UserAgent,
  whom: string,
  add: (document: string) => void,
): Promise<void> {
  const subscriber = new Subscriber(agent, uri(whom), 'presence', {
    extraHeaders: ['Accept: application/pidf+xml'],
    delegate: {
      onNotify: (notification) => {
        add(notification.request.body)
        void notification.accept()
      },
    },
  })
  await subscriber.subscribe()
}

function uri(text: string): URI {
  const parsed = UserAgent.makeURI(text)
  if (!parsed) throw new Error(`${text} is no SIP URI`)
  return parsed
}
