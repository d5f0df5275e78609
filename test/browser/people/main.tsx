/** The rooms of people alone, with people who are made up: `?contacts=500&requests=2&watchers=3`. */
import { render } from 'preact'
import { BuddyList } from '../../../web/buddies/buddy-list.tsx'
import { Announcer } from '../../../web/layout/announcer.tsx'
import '../../../web/layout/layout.css'
import '../../../web/style/page.css'
import { WatchRequests } from '../../../web/watchers/watch-requests.tsx'
import { WatcherList } from '../../../web/watchers/watcher-list.tsx'
import { createMadeUpPeople } from './made-up-people.ts'

const asked = new URLSearchParams(location.search)
const count = (name: string) => Number(asked.get(name) ?? 0)
const people = createMadeUpPeople({
  contacts: count('contacts'),
  requests: count('requests'),
  watchers: count('watchers'),
})
Object.assign(globalThis, { people })

render(
  <>
    <main class="columns">
      <h1 class="visually-hidden">People</h1>
      <div class="place place-requests">
        <WatchRequests model={people.model} />
      </div>
      <div class="place place-contacts">
        <BuddyList model={people.model} />
      </div>
      <div class="place place-watchers">
        <WatcherList model={people.model} />
      </div>
    </main>
    <Announcer />
  </>,
  document.getElementById('app')!,
)
