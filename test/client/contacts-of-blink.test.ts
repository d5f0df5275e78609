/** Contacts and rules as Blink and OMA clients keep them: rules that go by lists. OMA Presence XDM. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RuleInTheWay } from '../../client/rule-withdrawals.ts'
import {
  ALICE,
  BOB,
  CAROL,
  contacts,
  listed,
  LISTS,
  put,
  putLists,
  putRules,
  RULES,
  setContactsWorld,
  text,
} from './contacts-world.ts'

setContactsWorld()

async function putBlink(granted = '', blocked = ''): Promise<void> {
  const root = `http://xcap.example.com/xcap-root/resource-lists/users/${ALICE}/index/~~/resource-lists/list`
  await putLists(
    `<list name="oma_buddylist"/><list name="oma_grantedcontacts">${granted}</list><list name="oma_blockedcontacts">${blocked}</list>` +
      '<list name="sipsimple_presence_rls"><entry uri="sip:bob@example.com"/></list><list name="sipsimple_dialog_rls"><entry uri="sip:zoe@example.com"/></list>',
  )
  const rule = (id: string, condition: string, handling: string) =>
    `<cr:rule id="${id}"><cr:conditions>${condition}</cr:conditions><cr:actions><pr:sub-handling>${handling}</pr:sub-handling></cr:actions></cr:rule>`
  const list = (name: string) =>
    `<ocp:external-list><ocp:entry anc="${root}%5B@name=%22${name}%22%5D"/></ocp:external-list>`
  await putRules(
    rule('wp_prs_grantedcontacts', list('oma_grantedcontacts'), 'allow') +
      rule('wp_prs_blockedcontacts', list('oma_blockedcontacts'), 'polite-block') +
      rule('wp_prs_unlisted', '<ocp:other-identity/>', 'confirm') +
      rule('wp_prs_block_anonymous', '<ocp:anonymous-request/>', 'block') +
      rule('wp_prs_allow_own', `<cr:identity><cr:one id="${ALICE}"/></cr:identity>`, 'allow'),
  )
}
const entry = (address: string) => `<entry uri="${address}"/>`

test("Blink's lists are understood: whom it watches, lets in and keeps out", async () => {
  await putBlink(entry(BOB) + entry(CAROL), entry('sip:eve@example.com'))
  assert.deepEqual(await listed(), [
    'bob@example.com both allow',
    'carol@other.example from allow',
    'eve@example.com none polite-block',
  ])
})

test("where Blink's rules go by list, the list changes and the rules stay", async () => {
  await putBlink('', entry(BOB))
  const rules = await text(RULES)
  assert.deepEqual(await listed(), ['bob@example.com to polite-block'])
  await contacts.decide(BOB, 'allow')
  assert.deepEqual(await listed(), ['bob@example.com both allow'])
  assert.match(await text(LISTS), /<list name="oma_blockedcontacts"\/?>(?:<\/list>)?<list/)
  await contacts.decide(BOB, 'polite-block')
  assert.deepEqual(await listed(), ['bob@example.com to polite-block'])
  await contacts.forget(BOB)
  assert.deepEqual(await listed(), ['bob@example.com to confirm'])
  assert.equal(await text(RULES), rules)
})

test('OMA: who is let in through a list of contacts cannot be shut out alone', async () => {
  const anchor = `http://h/resource-lists/users/${ALICE}/index/~~/resource-lists/list%5b@name=%22rcs%22%5d`
  await putBlink(`<external anchor="${anchor}"/>`)
  const root = await text(LISTS)
  await put(
    LISTS,
    'application/resource-lists+xml',
    root.replace('</resource-lists>', `<list name="rcs">${entry(BOB)}</list></resource-lists>`),
  )
  assert.deepEqual(await listed(), ['bob@example.com both allow rcs'])
  await assert.rejects(contacts.decide(BOB, 'block'), RuleInTheWay)
})
