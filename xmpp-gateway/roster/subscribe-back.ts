/** Subscribing back: a contact who may see a user is put on her contact list, and so asked to be seen. RFC 6121 §3.1.6, RFC 4826 §3.4. */
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import { resolvePresentity } from '../../core/model/presentity.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import type { Pairs } from '../pair.ts'
import type { ContactLists } from './contact-lists.ts'
import { addToList, type ListAdditionOptions } from './list-addition.ts'

export interface SubscribeBackOptions extends ListAdditionOptions {
  readonly pairs: Pick<Pairs, 'follow'>
  readonly lists: ContactLists
  readonly domains: Domains
  readonly accounts: Pick<AccountStore, 'find'>
  readonly log: Log
}

/** Once for each grant, so that whoever is taken off the list stays off. Gives what ends it. */
export function subscribeBack(options: SubscribeBackOptions): () => Promise<void> {
  const { pairs, domains, log } = options
  let last = Promise.resolve()
  const unfollow = pairs.follow({
    authorized(_, before, after) {
      if (!after || !isNewlyShown(before, after) || !domains.of(after.user)) return
      // One after the other: the next sees what the one before has written.
      last = last
        .then(() => list(after, options))
        .catch((error: unknown) => {
          const { user, contact } = after
          log.warn({ err: error, user, contact }, 'an XMPP contact could not be put on a list')
        })
    },
  })
  return () => {
    unfollow()
    return last
  }
}

/** Who has refused to be seen is not asked because he wants to see. */
function isNewlyShown(before: ContactPair | undefined, after: ContactPair): boolean {
  return after.from === 'granted' && before?.from !== 'granted' && after.to !== 'refused'
}

async function list({ user, contact }: ContactPair, options: SubscribeBackOptions): Promise<void> {
  const owner = await resolvePresentity(user, options, true)
  if (!owner) return
  const { contacts } = await options.lists.of(owner.aor)
  if (!contacts.has(contact)) await addToList(owner.aor, contact, options)
}
