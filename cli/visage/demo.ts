/** `visage serve --demo`: two accounts on an empty store, the page to try them on, and the commands that show the story. */
import { randomInt } from 'node:crypto'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Configuration } from '../../service/configuration.ts'
import type { Visage } from '../../service/main.ts'

const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const PASSWORD_LENGTH = 16

export async function showDemo(visage: Visage, configuration: Configuration): Promise<void> {
  const domain = configuration.domains[0]?.name ?? 'localhost'
  const [alice, bob] = [`alice@${domain}`, `bob@${domain}`]
  const { done } = await visage.accounts.list()[Symbol.asyncIterator]().next()
  if (!done) {
    process.stdout.write(accountsExist(visage, configuration, alice))
    return
  }
  const [alicePassword, bobPassword] = [randomPassword(), randomPassword()]
  await visage.accounts.add({ address: alice, password: alicePassword, name: 'Alice' })
  await visage.accounts.add({ address: bob, password: bobPassword, name: 'Bob' })
  const sip = visage.addresses.sip[0] ?? ''
  const asAlice = `-a ${alice} --password ${alicePassword}${xcapFlag(visage)}`
  const watching = `-a ${bob} --password ${bobPassword}${sip === 'udp:127.0.0.1:5060' ? '' : ` --sip ${sip}`}`
  process.stdout.write(`
${whereItRuns(visage, configuration)}

Two accounts were created. Their passwords are shown now and never again:
  ${alice}  ${alicePassword}
  ${bob}  ${bobPassword}

${configuration.http.page ? SEE_PAGE : ''}Without a browser, each command in a terminal of its own:
  Put alice's icon:
    node ${program('xcap-icon.js')} ${asAlice} -f ${picture()} PUT
  Watch alice as bob (put another icon and see it come; Ctrl-C ends it):
    node ${program('visage.js')} watch ${alice} ${watching}
  Open the icon's URL:
    curl -sS -o icon.png "$(node ${program('xcap-icon.js')} ${asAlice} GET | grep -o 'http.*' | tail -n 1)"

Ctrl-C stops Visage.
`)
}

function whereItRuns({ addresses }: Visage, { http }: Configuration): string {
  const { publicUrl, xcapRoot, sip } = addresses
  const page = http.page ? `\n  the web page    ${publicUrl}/` : ''
  return `Visage runs:${page}
  XCAP and icons  ${xcapRoot}
  SIP             ${sip.join(' and ')}`
}

const SEE_PAGE = `See it work: open the web page, sign in as alice, and give her a picture. Then sign in as bob in a
private window, and add alice to his contacts.

`

function accountsExist(visage: Visage, configuration: Configuration, address: string): string {
  const folder = relative(process.cwd(), configuration.data) || '.'
  const command = `node ${program('visage.js')}`
  return `
${whereItRuns(visage, configuration)}

The store in ${folder} has accounts already. Show them, and set a new password:
    ${command} user list --data ${folder}
    ${command} user passwd ${address} --data ${folder}

Ctrl-C stops Visage.
`
}

function randomPassword(): string {
  const letters = Array.from(
    { length: PASSWORD_LENGTH },
    () => ALPHABET[randomInt(ALPHABET.length)],
  )
  return letters.join('')
}

function xcapFlag({ addresses: { xcapRoot } }: Visage): string {
  return xcapRoot === 'http://127.0.0.1:8080/xcap-root' ? '' : ` --xcap-root ${xcapRoot}`
}

/** A program of this package, as it can be typed here. */
function program(name: string): string {
  return fromHere(fileURLToPath(new URL(`../${name}`, import.meta.url)))
}

function picture(): string {
  // The compiled programs lie one folder deeper than the sources.
  const folder = import.meta.url.includes('/dist/cli/') ? '../../../docs' : '../../docs'
  return fromHere(fileURLToPath(new URL(`${folder}/alice.png`, import.meta.url)))
}

function fromHere(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}
