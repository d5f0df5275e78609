/** What is known of a presentity without being published: a registration, a call. RFC 3856 §7.2, RFC 4480 §3.2. */
import { personElement } from '../documents/data-model.ts'
import type { PresenceDocument } from '../documents/pidf.ts'
import { choiceElement, rpidValue } from '../documents/rpid.ts'

const NOTHING = { entity: '', tuples: [], notes: [], extensions: [] }

/** A phone that is registered can be reached. */
export const REGISTERED: PresenceDocument = {
  ...NOTHING,
  tuples: [{ id: 'registered', basic: 'open', statusExtensions: [], extensions: [], notes: [] }],
}

/** "This activity is included since it can often be derived automatically." RFC 4480 §3.2 */
export const ON_THE_PHONE: PresenceDocument = {
  ...NOTHING,
  extensions: [
    personElement({
      id: 'person',
      attributes: [
        choiceElement('activities', {
          values: [rpidValue('on-the-phone')],
          notes: [],
          attributes: [],
        }),
      ],
      notes: [],
    }),
  ],
}
