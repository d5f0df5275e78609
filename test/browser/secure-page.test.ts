/** The page over TLS: its cookie, its WebSocket and its pictures go no other way. RFC 6265 §4.1.2.5, RFC 7118. */
import assert from 'node:assert/strict'
import { certificatePaths } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { CAMERA_COLOURS } from './fake-camera.ts'
import { assertColours, coloursOf } from './image-colours.ts'
import { person } from './person.ts'
import { setStage } from './stage.ts'

const address = `127.0.0.1:${await freePort()}`
const origin = `https://${address}`

const stage = setStage({
  users: ['alice', 'bob'],
  origin,
  config: {
    http: { publicUrl: origin, listen: [{ address, tls: [certificatePaths('localhost')] }] },
  },
})
const { test } = stage

test('over TLS the cookie is Secure and bound to the host, SIP goes over wss, and pictures come by https', async (t) => {
  const strangers = { ignoreHTTPSErrors: true }
  const [alice, bob] = await Promise.all([
    person(t, stage, 'alice', strangers),
    person(t, stage, 'bob', strangers),
  ])
  await Promise.all([alice.signIn(), bob.signIn()])
  await bob.addContact({ address: 'alice', name: 'Alice' })
  await alice.takePicture()
  await alice.usePicture()
  const picture = bob.contact('Alice').locator('img')
  await picture.waitFor()
  assertColours(await coloursOf(picture), CAMERA_COLOURS)

  const [cookie, ...others] = await alice.context.cookies()
  assert.deepEqual(others, [])
  assert.equal(cookie?.name, '__Host-visage-session')
  assert.equal(cookie.secure, true)
  const schemes = [...alice.record.requests, ...bob.record.requests].map((url) => url.split(':')[0])
  // A picture that is not yet stored has a blob: URL; whether that counts as a request is the browser's affair.
  const overTheNetwork = schemes.filter((scheme) => scheme !== 'blob')
  assert.deepEqual([...new Set(overTheNetwork)].sort(), ['https', 'wss'])
})
