/** Registrar: accepts REGISTER, so that a softphone can be pointed at this server alone. RFC 3261 §10.3. */
import type { Clock } from '../../core/model/clock.ts'
import { detachedText } from '../../core/sip/octet-text.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { answer } from '../answer.ts'
import { newBinding, type Binding, type Bindings } from './bindings.ts'
import type { DurationBounds } from '../duration.ts'
import type { AgentLimits } from '../limits.ts'
import { notTheirs } from '../known-existence.ts'
import { outOfOrder, serviceUnavailable } from '../refusal.ts'
import { readRegister, type RegisteredContact } from './register-request.ts'
import type { AdmittedRequest } from '../request-admission.ts'
import type { Turn } from '../turn-batch.ts'

export interface Registrar {
  readonly register: (admitted: AdmittedRequest, turn: Turn) => void
}

interface RegistrarParts {
  readonly bindings: Bindings
  readonly durations: DurationBounds
  readonly limits: AgentLimits
  readonly clock: Clock
}

/** One binding's step from what it was to what it is; either may be absent. */
interface BindingChange {
  readonly before: Binding | undefined
  readonly after: Binding | undefined
}

export function createRegistrar(parts: RegistrarParts): Registrar {
  const { bindings, limits, clock } = parts
  return {
    register(admitted, turn) {
      const { request, presentity, identity } = admitted
      // Nobody is there: 404, RFC 3261 §10.3 step 5. Nobody registers for another: 403, step 4. Other domains do not learn which.
      if (!presentity || identity !== presentity.aor) throw notTheirs(admitted)
      const { aor } = presentity
      // All of the request or nothing: what is wrong with it shows before the first change. RFC 3261 §10.3 step 7
      const changes = changesFor(parts, aor, admitted)
      const added = changes.filter(({ before, after }) => after && !before).length
      if (bindings.of(aor).length + added > limits.bindingsPerAddress) throw serviceUnavailable()
      for (const change of changes) apply(bindings, change, turn)
      const headers = bindings.of(aor).map((binding) => contactLine(binding, clock.now()))
      answer(turn, request, { status: 200, headers: headers.join('') })
    },
  }
}

function changesFor(parts: RegistrarParts, aor: Aor, admitted: AdmittedRequest): BindingChange[] {
  const contacts = readRegister(admitted.request.message, parts.durations)
  if (contacts === 'all') {
    const all = parts.bindings.of(aor)
    return all.map((before) => ({ before: inOrder(before, admitted), after: undefined }))
  }
  return contacts.map((contact) => changeFor(parts, aor, contact, admitted))
}

function changeFor(
  { bindings, clock }: RegistrarParts,
  aor: Aor,
  contact: RegisteredContact,
  admitted: AdmittedRequest,
): BindingChange {
  const { message } = admitted.request
  const found = bindings.find(aor, contact.uri)
  const before = found && inOrder(found, admitted)
  const now = clock.now()
  if (contact.duration === 0) return { before, after: undefined }
  const record = {
    aor,
    contact: contact.uri,
    callId: detachedText(message.callId),
    cseq: message.cseq.number,
    expiresAt: now + contact.duration * 1000,
    parameters: contact.parameters,
  }
  return { before, after: newBinding(record, now) }
}

function apply(bindings: Bindings, { before, after }: BindingChange, turn: Turn): void {
  // Before the old one goes, so that nobody is unregistered for a moment.
  if (after) bindings.add(after)
  if (before) {
    const { aor, contact } = before.record
    bindings.remove(before)
    turn.write({ remove: 'binding', aor, contact }, () => {
      bindings.add(before)
    })
  }
  if (after) {
    turn.write({ put: 'binding', record: after.record }, () => {
      bindings.remove(after)
    })
  }
}

/** A request that is older than the binding it means to change must not change it. RFC 3261 §10.3 step 7. */
function inOrder(
  binding: Binding,
  { request: { message }, challengedAt }: AdmittedRequest,
): Binding {
  const { callId, cseq } = binding.record
  if (callId !== message.callId || message.cseq.number > cseq) return binding
  // DEVIATION: finch begins at CSeq 1 with the same Call-ID in each run. What answers a challenge of after the binding is no older.
  if (challengedAt !== undefined && challengedAt > binding.madeAt) return binding
  throw outOfOrder()
}

function contactLine({ record }: Binding, now: number): string {
  const expires = Math.max(0, Math.ceil((record.expiresAt - now) / 1000))
  return `Contact: <${record.contact}>${record.parameters};expires=${expires}\r\n`
}
