/** My card alone, and the canvas and camera of the client within reach of the test. */
import { render } from 'preact'
import * as browser from '../../../client/browser/index.ts'
import { Announcer } from '../../../web/layout/announcer.tsx'
import { PageLayout } from '../../../web/layout/page-layout.tsx'
import { MyCard } from '../../../web/my-card/my-card.tsx'
import '../../../web/style/page.css'
import { createMadeUpMe } from './made-up-me.ts'

// What waits for approval is in the fragment: it outlives a reload.
const me = createMadeUpMe(location.hash === '' ? [] : [location.hash.slice(1)])
Object.assign(globalThis, { me, browser })

render(
  <>
    <PageLayout
      tools={null}
      banner={null}
      trouble={null}
      card={<MyCard model={me.model} />}
      requests={null}
      contacts={<div class="card">Contacts</div>}
      watchers={null}
    />
    <Announcer />
  </>,
  document.getElementById('app')!,
)
