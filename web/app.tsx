/** What the page shows, as a whole: a form to sign in, or the page of who is signed in. */
import { BuddyList } from './buddies/buddy-list.tsx'
import { Announcer } from './layout/announcer.tsx'
import { ConnectionBanner } from './layout/connection-banner.tsx'
import { PageLayout } from './layout/page-layout.tsx'
import { SignOutButton } from './layout/sign-out-button.tsx'
import { ThemeSwitch } from './layout/theme-switch.tsx'
import type { OpenPage } from './model/create-page-model.ts'
import { MyCard } from './my-card/my-card.tsx'
import type { PageSession } from './session/page-session.ts'
import { SignInForm } from './session/sign-in-form.tsx'
import type { ThemeChoice } from './style/theme.ts'
import { WatchRequests } from './watchers/watch-requests.tsx'
import { WatcherList } from './watchers/watcher-list.tsx'

export interface AppProps {
  readonly pageSession: PageSession<OpenPage>
  readonly theme: ThemeChoice
}

export function App({ pageSession, theme }: AppProps) {
  return (
    <>
      <Announcer />
      <StageView pageSession={pageSession} theme={theme} />
    </>
  )
}

function StageView({ pageSession, theme }: AppProps) {
  const stage = pageSession.stage.value
  switch (stage.name) {
    case 'starting':
      return <main class="start" aria-busy="true" aria-label="Visage is loading" />
    case 'signed-out':
      return (
        <SignInForm
          address={stage.address}
          reason={stage.reason}
          onSignIn={(wanted) => pageSession.signIn(wanted)}
        />
      )
    case 'signed-in':
      return <Page model={stage.model} theme={theme} />
  }
}

function Page({ model, theme }: { readonly model: OpenPage; readonly theme: ThemeChoice }) {
  return (
    <PageLayout
      tools={
        <>
          <ThemeSwitch theme={theme} />
          <SignOutButton onSignOut={() => model.signOut()} />
        </>
      }
      banner={<ConnectionBanner model={model} />}
      trouble={<Trouble model={model} />}
      card={<MyCard model={model} />}
      requests={<WatchRequests model={model} />}
      contacts={<BuddyList model={model} />}
      watchers={<WatcherList model={model} />}
    />
  )
}

function Trouble({ model }: { readonly model: OpenPage }) {
  const words = model.trouble.value
  return <div role="alert">{words && <p class="message message-error trouble">{words}</p>}</div>
}
