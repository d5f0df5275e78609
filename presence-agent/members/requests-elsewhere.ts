/** Requests that other members of the service get too: each is judged by what all of them have stored. RFC 3903 §6, RFC 3261 §10.3. */
import { entityTag } from '../../core/model/entity-tag.ts'
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { EventPackages } from '../event-packages.ts'
import { publishedPresentity } from '../publisher.ts'
import type { AdmittedRequest } from '../request-admission.ts'
import type { Resources } from '../resources.ts'
import type { BindingsElsewhere } from './bindings-elsewhere.ts'
import type { FollowedResources } from './followed-resources.ts'

interface SharedRequestParts {
  readonly packages: EventPackages
  readonly resources: Pick<Resources, 'find'>
  readonly followed: Pick<FollowedResources, 'readyToPublish' | 'reread'>
  readonly bindingsElsewhere: Pick<BindingsElsewhere, 'read'>
}

/** Undefined, or resolves: what the request is about is here. Throws the Refusal to answer, or rejects with StoreUnavailable. */
export function readyToPublish(
  { packages, resources, followed }: SharedRequestParts,
  admitted: AdmittedRequest,
): MaybePromise<unknown> {
  const { message } = admitted.request
  const presentity = publishedPresentity(admitted)
  const { name } = packages.publishedIn(message)
  return whenReady(followed.readyToPublish(name, presentity), () => {
    const tag = message.header('sip-if-match')
    if (tag === undefined) return undefined
    const known = resources.find(name, presentity)?.publications.has(entityTag(tag))
    // Another member may have given it a moment ago: nobody is refused for what has not been heard yet. RFC 3903 §6 step 3
    return known ? undefined : followed.reread({ eventPackage: name, presentity })
  })
}

/** Undefined, or resolves: what is registered for the address is here. Rejects with StoreUnavailable. */
export function readyToRegister(
  { bindingsElsewhere }: SharedRequestParts,
  { presentity, identity }: AdmittedRequest,
): MaybePromise<void> {
  // Who may not register is told so.
  if (!presentity || identity !== presentity.aor) return undefined
  return bindingsElsewhere.read(presentity.aor)
}
