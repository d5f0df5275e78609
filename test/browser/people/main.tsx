/** The rooms of people alone, with people who are made up: `?contacts=500&requests=2&watchers=3`. */
import { render } from 'preact'
import { BuddyList } from '../../../web/buddies/buddy-list.tsx'
import { Announcer } from '../../../web/layout/announcer.tsx'
import { PageLayout } from '../../../web/layout/page-layout.tsx'
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
    <PageLayout
      tools={null}
      banner={null}
      card={<div class="card">My card</div>}
      requests={<WatchRequests model={people.model} />}
      contacts={<BuddyList model={people.model} />}
      watchers={<WatcherList model={people.model} />}
    />
    <Announcer />
  </>,
  document.getElementById('app')!,
)
