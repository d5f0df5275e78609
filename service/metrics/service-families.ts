/** Metrics of HTTP, store, sign-in, images and load. RFC 9110, RFC 7616, RFC 7339 §6. */
import type { LoadFigures } from '../load/overload.ts'
import { counter, gauge, histograms, labelled, value, type Family } from './family.ts'
import type { Observed } from './observed.ts'

export function serviceFamilies(observed: Observed, load: LoadFigures): Family[] {
  return [
    ...httpFamilies(observed),
    ...storeFamilies(observed),
    ...workFamilies(observed),
    ...loadFamilies(observed, load),
  ]
}

function httpFamilies({ http }: Observed): Family[] {
  const durations = [...http.durations].map(([route, one]) => [{ route }, one] as const)
  return [
    counter(
      'visage_http_requests_total',
      'HTTP requests by where they went, method and status.',
      http.all().map(({ count, ...labels }) => value(labels, count)),
    ),
    histograms(
      'visage_http_request_duration_seconds',
      'From an HTTP request to the end of its answer, by where it went.',
      durations,
    ),
  ]
}

function storeFamilies({ store }: Observed): Family[] {
  const { read, write, eventState } = store
  return [
    histograms(
      'visage_store_operation_duration_seconds',
      'Operations of the store: reads that no cache answered, writes, and batches of event state.',
      [
        [{ operation: 'read' }, read],
        [{ operation: 'write' }, write],
        [{ operation: 'event_state' }, eventState],
      ],
    ),
  ]
}

function workFamilies({ digest, images }: Observed): Family[] {
  return [
    counter(
      'visage_sign_ins_total',
      'Requests that were to prove who sends them, by outcome.',
      labelled('outcome', digest),
    ),
    gauge('visage_image_queue', 'Images that are being resized or wait for it.', images.underWay),
    histograms(
      'visage_image_duration_seconds',
      'From the wish for an image in another size to the image; waiting is in it.',
      [[{}, images.took]],
    ),
  ]
}

function loadFamilies({ refused }: Observed, { shares, delay }: LoadFigures): Family[] {
  const { overload, sipSource, sipAccount, httpSource, httpAccount } = refused
  const reasons = [
    ['overload', overload] as const,
    ['sip_source', sipSource] as const,
    ['sip_account', sipAccount] as const,
    ['http_source', httpSource] as const,
    ['http_account', httpAccount] as const,
  ]
  return [
    counter(
      'visage_refused_requests_total',
      'Requests refused because there is too much to do, or because one source or account asks too often.',
      labelled('reason', reasons),
    ),
    gauge(
      'visage_admitted_ratio',
      'How much of what comes is taken on, by kind of work: 1 is all of it. Of several workers the least.',
      labelled('work', Object.entries(shares)),
      'min',
    ),
    gauge(
      'visage_delay_seconds',
      'How long what arrives waits before anybody looks at it. Of several workers the longest.',
      delay / 1000,
      'max',
    ),
  ]
}
