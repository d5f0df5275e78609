/** Uploading an icon as a form, with XMLHttpRequest. RFC 7578 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uploadIcon } from '../../client/browser/icon-upload.ts'
import { HttpUnreachable } from '../../client/http-unreachable.ts'
import { XcapError } from '../../client/xcap-error.ts'

const URL = '/icons/alice@example.com'
const image = new Blob(['picture'], { type: 'image/png' })

/** As much of XMLHttpRequest as is used, answered by the test. */
class FakeRequest extends EventTarget {
  readonly upload = new EventTarget()
  status = 0
  statusText = ''
  responseText = ''
  timeout = 0
  opened = ''
  sent: FormData | undefined
  contentType: string | null = null
  fields: Readonly<Record<string, string>> = {}
  open(method: string, url: string): void {
    this.opened = `${method} ${url}`
  }
  send(form: FormData): void {
    this.sent = form
  }
  getResponseHeader(name: string): string | null {
    return name === 'Content-Type' ? this.contentType : (this.fields[name] ?? null)
  }
  abort(): void {
    this.end()
  }
  progress(loaded: number, total: number): void {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded, total }))
  }
  end(
    answer: Partial<Pick<FakeRequest, 'status' | 'responseText' | 'contentType' | 'fields'>> = {},
  ): void {
    Object.assign(this, answer)
    this.dispatchEvent(new Event('loadend'))
  }
}

function upload(options: { signal?: AbortSignal; onProgress?: (part: number) => void } = {}) {
  const request = new FakeRequest()
  const createRequest = () => request as unknown as XMLHttpRequest
  return { request, done: uploadIcon({ url: URL, image, createRequest, ...options }) }
}

test('RFC 7578: the image goes as the one file of a form, and what is stored comes back', async () => {
  const parts: number[] = []
  const { request, done } = upload({ onProgress: (part) => parts.push(part) })
  assert.equal(request.opened, `POST ${URL}`)
  assert.ok(request.timeout > 0)
  assert.equal([...(request.sent?.values() ?? [])].length, 1)
  assert.ok(request.sent?.get('icon') instanceof Blob)
  request.progress(25, 100)
  request.progress(0, 0)
  request.progress(100, 100)
  const stored = { url: 'http://127.0.0.1/xcap-root/x.png', etag: 'abc' }
  request.end({ status: 201, responseText: JSON.stringify(stored) })
  assert.deepEqual(await done, { ...stored, waits: false })
  assert.deepEqual(parts, [0.25, 1])
})

test('an answer that says nothing of what it stored is success all the same', async () => {
  for (const responseText of ['', 'null', '<html>']) {
    const { request, done } = upload()
    request.end({ status: 204, responseText })
    assert.deepEqual(await done, { url: URL, etag: '', waits: false })
  }
})

test('RFC 9110 §15.3.3: 202 is success, and says that the image waits and where its owner sees it', async () => {
  const { request, done } = upload()
  const held = 'http://127.0.0.1/xcap-root/org.visage.held-icon/x.png'
  const fields = { Location: held, ETag: '"abc"' }
  request.end({ status: 202, responseText: 'The icon waits for an administrator.', fields })
  assert.deepEqual(await done, { url: held, etag: 'abc', waits: true })
})

test('RFC 4825 §11: a refusal is an XcapError with its phrase', async () => {
  const { request, done } = upload()
  const responseText = `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><constraint-failure phrase="Too many."/></xcap-error>`
  request.end({ status: 409, contentType: 'application/xcap-error+xml', responseText })
  await assert.rejects(done, (error) => {
    assert.ok(error instanceof XcapError)
    assert.deepEqual([error.status, error.phrase], [409, 'Too many.'])
    return true
  })
})

test('no connection, or none in time, is HttpUnreachable', async () => {
  const { request, done } = upload()
  request.end()
  await assert.rejects(done, HttpUnreachable)
})

test('an upload that is aborted ends its request and rejects with the reason', async () => {
  const stop = new AbortController()
  const { done } = upload({ signal: stop.signal })
  stop.abort(new Error('enough'))
  await assert.rejects(done, { message: 'enough' })
  await assert.rejects(upload({ signal: stop.signal }).done, { message: 'enough' })
})
