/** The places of the page for who is signed in, in the order in which they are read. */
import type { ComponentChildren } from 'preact'
import { Brand } from './brand.tsx'
import './layout.css'

export interface Places {
  /** Beside the brand: theme, signing out. */
  readonly tools: ComponentChildren
  /** How the connection stands, when that needs saying. */
  readonly banner: ComponentChildren
  /** What does not work, in words. */
  readonly trouble: ComponentChildren
  readonly card: ComponentChildren
  readonly requests: ComponentChildren
  readonly contacts: ComponentChildren
  readonly watchers: ComponentChildren
}

export function PageLayout({ tools, banner, trouble, card, requests, contacts, watchers }: Places) {
  return (
    <>
      <a class="skip-link" href="#contacts">
        Skip to contacts
      </a>
      <header class="top">
        <div class="top-inner">
          <Brand />
          {tools}
        </div>
        {banner}
      </header>
      <main>
        <h1 class="visually-hidden">Visage</h1>
        {trouble}
        <div class="columns">
          <div class="place place-card">{card}</div>
          <div class="place place-requests">{requests}</div>
          <div class="place place-contacts" id="contacts" tabIndex={-1}>
            {contacts}
          </div>
          <div class="place place-watchers">{watchers}</div>
        </div>
      </main>
    </>
  )
}
