/** A model of the page in which only I am real: my picture goes to the server that serves the page. */
import { signal, type Signal } from '@preact/signals'
import type { Connection, MyStatus, PageModel } from '../../../web/model/page-model.ts'
import { createMyPicture } from '../../../web/picture/my-picture.ts'

export interface MadeUpMe {
  readonly model: PageModel
  /** What was published, in order. */
  readonly published: MyStatus[]
  /** Names of my stored pictures. */
  readonly stored: string[]
  /** Paths of my pictures that wait for approval. */
  readonly held: Set<string>
  readonly icon: Signal<string | undefined>
  /** Publishing is refused with these words; empty: it is not. */
  refuse(words: string): void
}

/** `waiting`: paths of what waits for approval when the page opens. */
export function createMadeUpMe(waiting: readonly string[]): MadeUpMe {
  const published: MyStatus[] = []
  const stored = ['one.png', 'two.png']
  const held = new Set(waiting)
  const icon = signal<string | undefined>(undefined)
  const status = signal<MyStatus>({ basic: 'open', note: 'Coffee first' })
  const shown = signal<boolean | undefined>(false)
  let refusal = ''
  const unused = () => Promise.reject(new Error('not part of this'))
  const gone = { status: 200, reason: 'OK', url: '', headers: new Headers() }
  const icons = {
    list: () => Promise.resolve(stored.map((name) => ({ name, url: '', etag: '' }))),
    delete: (name: string) => {
      stored.splice(stored.indexOf(name), 1)
      return Promise.resolve({ ...gone, body: new Uint8Array() })
    },
  }
  const model: PageModel = {
    me: { address: 'sip:alice@example.com', name: signal('Alice Adams'), status, icon },
    myPicture: createMyPicture({
      url: '/icons/alice@example.com',
      icons,
      held: {
        list: () => Promise.resolve([...held]),
        withdraw: (path) => Promise.resolve(held.delete(path)),
      },
    }),
    publicCard: {
      path: '/u/alice@example.com',
      shown,
      show: async (wanted) => {
        // As long as a server needs to store it.
        await new Promise((resolve) => setTimeout(resolve, 20))
        shown.value = wanted
      },
    },
    connection: signal<Connection>({ state: 'up' }),
    groups: signal([]),
    requests: signal([]),
    watchers: signal([]),
    presenceOf: () =>
      signal({ subscription: 'unknown', basic: null, activities: [], note: null, icon: null }),
    publish: (wanted) => {
      if (refusal !== '') return Promise.reject(new Error(refusal))
      published.push(wanted)
      status.value = wanted
      return Promise.resolve()
    },
    ...{ addContact: unused, removeContact: unused, setGroups: unused, renameContact: unused },
    ...{ decide: unused, signOut: unused, reconnect: () => undefined },
  }
  const refuse = (words: string) => {
    refusal = words
  }
  return { model, published, stored, held, icon, refuse }
}
