/** Directory sync: makes names and pictures here what a directory says; a second run writes nothing. */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { PrepareImage } from '../../client/icon-image.ts'
import { AccountProblem } from '../account-problem.ts'
import {
  compareDirectory,
  listDirectoryPeople,
  putDirectoryPerson,
} from '../administration/directory-operations.ts'
import type { Ask } from '../administration/operation.ts'
import { sideBySide } from '../migration/side-by-side.ts'
import { pagesOf } from '../administration/pages.ts'
import type { DirectoryPolicy } from './directory-plan.ts'
import type { DirectoryPerson, DirectorySource } from './directory-source.ts'

export interface DirectorySync {
  readonly ask: Ask
  readonly source: DirectorySource
  readonly policy: DirectoryPolicy
  /** Makes an icon of a picture. */
  readonly prepare: PrepareImage
  readonly dryRun: boolean
  /** Takes away however much the directory does not have any more. */
  readonly force: boolean
  readonly onProgress: (address: string) => void
}

export interface SyncReport {
  readonly people: number
  readonly pictures: number
  readonly names: number
  /** Whose own picture stays. */
  readonly own: number
  /** Whose picture was locked, or unlocked. */
  readonly locks: number
  readonly unchanged: number
  /** People of whom something was taken away. */
  readonly removed: number
  /** Of whom something should be, but of too many at once. */
  readonly withheld: number
  readonly refused: readonly { readonly address: string; readonly problem: string }[]
}

/** Of all that came from the directory: who loses more at once has most likely been shown only a part. */
const MOST_REMOVED = 0.2
const AT_ONCE = 50
const WRITES_AT_ONCE = 4

interface Run extends DirectorySync {
  readonly known: ReadonlySet<string>
  readonly seen: Set<string>
  /** What the directory says of people who are to lose something. */
  readonly losing: Map<string, DirectoryPerson>
  readonly counts: {
    people: number
    pictures: number
    names: number
    own: number
    locks: number
    unchanged: number
  }
  readonly refused: { address: string; problem: string }[]
}

/** Rejects where the directory does not answer to the end; then nothing was taken away. */
export async function syncDirectory(sync: DirectorySync): Promise<SyncReport> {
  const run: Run = {
    ...sync,
    policy: sync.source.picturesOnly ? { ...sync.policy, names: 'never' } : sync.policy,
    known: await knownPeople(sync),
    seen: new Set(),
    losing: new Map(),
    counts: { people: 0, pictures: 0, names: 0, own: 0, locks: 0, unchanged: 0 },
    refused: [],
  }
  for await (const people of batches(sync.source.people())) await takeOver(people, run)
  for (const aor of run.known) if (!run.seen.has(aor)) run.losing.set(aor, { address: aor })
  const isTooMuch = !sync.force && run.losing.size > MOST_REMOVED * run.known.size
  const removed = isTooMuch ? 0 : await takeAway(run)
  const withheld = isTooMuch ? run.losing.size : 0
  return { ...run.counts, removed, withheld, refused: run.refused }
}

async function knownPeople({ ask, source }: DirectorySync): Promise<Set<string>> {
  const known = new Set<string>()
  const pages = pagesOf(ask, listDirectoryPeople, { source: source.kind, limit: 1000 })
  for await (const { people } of pages) for (const aor of people) known.add(aor)
  return known
}

async function* batches(people: AsyncIterable<DirectoryPerson>) {
  let batch: DirectoryPerson[] = []
  for await (const person of people) {
    batch.push(person)
    if (batch.length < AT_ONCE) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function takeOver(people: readonly DirectoryPerson[], run: Run): Promise<void> {
  const { ask, policy, counts, refused } = run
  const said = people.map(({ address, name, picture }) => ({
    address,
    ...(name !== undefined && { name }),
    ...(picture && { picture: sha256(picture) }),
  }))
  const plans = await ask(compareDirectory, { people: said, ...policy })
  await sideBySide(people.entries(), WRITES_AT_ONCE, async ([index, person]) => {
    const { address } = person
    const plan = plans.people[index] ?? { problem: 'no answer' }
    run.onProgress(address)
    counts.people++
    if ('problem' in plan) refused.push({ address, problem: plan.problem })
    else if (run.seen.has(plan.aor))
      refused.push({ address, problem: `${address}: twice in the directory` })
    else await takeOne(person, plan, run)
  })
}

type Plan = Extract<z.output<typeof compareDirectory.output>['people'][number], { aor: string }>

async function takeOne(person: DirectoryPerson, plan: Plan, run: Run): Promise<void> {
  const { counts } = run
  run.seen.add(plan.aor)
  if (plan.picture === 'remove' || plan.name === 'remove') {
    run.losing.set(plan.aor, person)
    return
  }
  const isLockNew = plan.lock === 'store' || plan.lock === 'remove'
  const isNew = plan.picture === 'store' || plan.name === 'store' || isLockNew
  if (isNew && !run.dryRun && !(await store(person, plan.picture === 'store', run))) return
  if (plan.picture === 'store') counts.pictures++
  if (plan.picture === 'own') counts.own++
  if (plan.name === 'store') counts.names++
  if (isLockNew) counts.locks++
  if (!isNew && plan.picture !== 'own') counts.unchanged++
}

/** False: it was refused, which is noted. */
async function store(person: DirectoryPerson, withPicture: boolean, run: Run): Promise<boolean> {
  const { address, name, picture } = person
  try {
    const bytes = withPicture && picture ? await iconOf(picture, run) : undefined
    await run.ask(putDirectoryPerson, {
      ...{ address, source: run.source.kind, ...run.policy },
      ...(name !== undefined && { name }),
      // Where nothing is to be made of it, what stands here is told apart by its hash.
      ...(picture && { picture: { hash: sha256(picture), base64: base64(bytes) } }),
    })
    return true
  } catch (error) {
    if (!(error instanceof AccountProblem) || error.kind === 'unavailable') throw error
    run.refused.push({ address, problem: error.message })
    return false
  }
}

/** Rejects with AccountProblem. */
async function iconOf(picture: Uint8Array, { prepare }: Run): Promise<Uint8Array> {
  try {
    return (await prepare(picture, { original: false })).bytes
  } catch (error) {
    throw new AccountProblem(`the picture cannot be used: ${(error as Error).message}`, 'invalid')
  }
}

/** Gives how many. */
async function takeAway(run: Run): Promise<number> {
  let removed = 0
  for (const person of run.losing.values()) {
    const isDone = run.dryRun || (await store(person, person.picture !== undefined, run))
    if (isDone) removed++
  }
  return removed
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function base64(bytes: Uint8Array | undefined): string {
  return bytes ? Buffer.from(bytes).toString('base64') : ''
}
