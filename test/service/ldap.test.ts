/** A real LDAP directory of a thousand people: Debian's slapd, which gives them in pages and only to who has the password. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { directorySettings } from '../../service/directory/directory-settings.ts'
import type { DirectoryPerson } from '../../service/directory/directory-source.ts'
import { ldapSource } from '../../service/directory/ldap-source.ts'
import { sampleImage } from '../images/sample-images.ts'
import { authorityPath, certificatePaths } from '../support/certificates.ts'
import { requireProgram } from '../support/programs.ts'
import { SLAPD, startSlapd } from '../support/slapd.ts'
import { openDirectoryWorld, saying } from './directory-world.ts'

const PEOPLE = 1000

/** Every tenth has no photo. */
async function ldifOfPeople(): Promise<string> {
  const photo = Buffer.from(await sampleImage('jpeg', 48, 48)).toString('base64')
  const people = Array.from({ length: PEOPLE }, (_, number) => {
    const lines = [
      `dn: uid=p${number},${SLAPD.base}`,
      'objectClass: inetOrgPerson',
      `uid: p${number}`,
      `cn: Person ${number}`,
      'sn: Person',
      `displayName:: ${Buffer.from(`Pérson ${number}`).toString('base64')}`,
      `mail: p${number}@proxy.test`,
      ...(number % 10 === 0 ? [] : [`jpegPhoto:: ${photo}`]),
    ]
    return `${lines.join('\n')}\n`
  })
  return people.join('\n')
}

const settings = (url: string, more: object = {}) => {
  const given = directorySettings.parse({ url, base: SLAPD.base, ...more })
  const { bindDn, bindPassword } = SLAPD
  return { ...given, url, base: SLAPD.base, bindDn, bindPassword, ...more }
}

async function all(people: AsyncIterable<DirectoryPerson>): Promise<DirectoryPerson[]> {
  const found: DirectoryPerson[] = []
  for await (const person of people) found.push(person)
  return found
}

test('a directory of 1,000 entries', { timeout: 60_000 }, async (t: TestContext) => {
  if (!requireProgram(t, 'slapd')) return
  const url = await startSlapd(t, {
    ldif: await ldifOfPeople(),
    tls: certificatePaths('localhost'),
  })
  const read = (more: object = {}) => all(ldapSource(settings(url, more)).people())

  await t.test('everybody in pages, names in UTF-8, photos as they are', async () => {
    const people = await read()
    assert.equal(people.length, PEOPLE)
    assert.equal(people.filter(({ picture }) => picture).length, 900)
    assert.equal(people.find(({ address }) => address === 'p7@proxy.test')?.name, 'Pérson 7')
  })

  await t.test('by StartTLS, with a certificate that is trusted', async () => {
    const named = url.replace('127.0.0.1', 'localhost')
    const secure = { startTls: true, ca: authorityPath }
    assert.equal((await all(ldapSource(settings(named, secure)).people())).length, PEOPLE)
    await assert.rejects(read({ startTls: true }), /certificate/)
  })

  await t.test('a wrong password, and a search that must not be, are failures', async () => {
    await assert.rejects(read({ bindPassword: 'wrong' }), { name: 'InvalidCredentialsError' })
    // Who has not signed in is told that there is nothing.
    await assert.rejects(read({ bindDn: undefined }), { name: 'NoSuchObjectError' })
  })

  await t.test('synced: the first run writes, the second nothing', async (inner) => {
    const { sync, writes } = await openDirectoryWorld(inner, [])
    const first = await sync(ldapSource(settings(url)))
    assert.deepEqual([first.people, first.pictures, first.refused.length], [PEOPLE, 900, 0])
    assert.equal(writes(), 900)
    const second = await sync(ldapSource(settings(url)))
    assert.deepEqual([second.unchanged, second.removed, writes()], [PEOPLE, 0, 900])
    assert.equal((await sync(saying([]))).withheld, 900)
  })
})
