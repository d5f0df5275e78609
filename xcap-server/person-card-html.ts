/** What a public card says: the picture, who it is of, and how others show it. Open Graph; RFC 3261 §20.9. */
import { html, type Html } from './html.ts'

export interface PersonCard {
  /** `sip:alice@example.com`, `tel:+49…` */
  readonly uri: string
  readonly name: string
  /** Absolute. */
  readonly cardUrl: string
  /** Absolute, of the picture at any size: `?s=` follows. */
  readonly iconUrl: string
  /** The same, on the host that the card was fetched from. */
  readonly iconPath: string
}

/** Where the style of the cards stands: no address is written so. */
export const CARD_STYLE = 'person-card.css'

export function personCardHtml(card: PersonCard): Html {
  const { uri, name, iconPath } = card
  return documentHtml(
    name,
    headOf(card),
    html`<main>
      <img class="face" src="${iconPath}?s=256" alt="Picture of ${name}" width="160" height="160" />
      <h1>${name}</h1>
      <p><a href="${uri}">${uri}</a></p>
      ${snippetsHtml(card)}
    </main>`,
  )
}

/** The same for whoever is not here, has no card, or has no picture. */
export function noCardHtml(): Html {
  return documentHtml(
    'No card here',
    html``,
    html`<main>
      <h1>There is no public page here</h1>
      <p>If this is your address: sign in, choose a picture, and switch your public page on.</p>
    </main>`,
  )
}

function snippetsHtml({ name, iconUrl }: PersonCard): Html {
  const image = html`<img src="${iconUrl}?s=96" width="96" height="96" alt="${name}" />`
  const callInfo = `Call-Info: <${iconUrl}?s=96>;purpose=icon`
  return html`<section>
    <h2>On a web page</h2>
    <pre>${image.source}</pre>
    <h2>In a SIP call</h2>
    <pre>${callInfo}</pre>
    <p class="soft">
      The picture at this address is always the newest one. <code>s</code> is its size: up to 256.
    </p>
  </section>`
}

function headOf({ name, uri, cardUrl, iconUrl, iconPath }: PersonCard): Html {
  return html`<link rel="icon" href="${iconPath}?s=32" />
    <meta name="description" content="${name}, ${uri}" />
    <meta property="og:type" content="profile" />
    <meta property="og:title" content="${name}" />
    <meta property="og:url" content="${cardUrl}" />
    <meta property="og:image" content="${iconUrl}?s=256" />
    <meta name="twitter:card" content="summary" />`
}

function documentHtml(title: string, head: Html, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${head}
        <link rel="stylesheet" href="${CARD_STYLE}" />
      </head>
      <body>
        ${body}
      </body>
    </html> `
}
