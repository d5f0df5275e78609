/** A store on a temporary folder with the icons that a test puts into it. */
import { createHash, createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { measure } from '../../core/images/image-measure.ts'
import { createPngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import { PRES_CONTENT, STATUS_ICON_FOLDER } from '../../core/model/document-id.ts'
import { silentLog } from '../../core/model/log.ts'
import { createDomains, type Domain } from '../../core/model/domain.ts'
import { iconDocument, storedIcon } from '../../core/model/stored-icon.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { aorDomain, type Aor } from '../../core/uri/aor.ts'
import {
  createUserAvatars,
  type UserAvatarsOptions,
} from '../../xmpp-gateway/avatar/create-user-avatars.ts'
import type { Pairs } from '../../xmpp-gateway/pair.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { alice } from './manual-pairs.ts'

const EXAMPLE: Domain = {
  ...{ name: aorDomain(alice), realm: 'sip', aliases: [] },
  ...{ defaultPolicy: 'allow', externalAccounts: false },
}

const hashes = {
  digest: (algorithm: string, bytes: Uint8Array) =>
    createHash(algorithm).update(bytes).digest('hex'),
  keyed: (text: string) => createHmac('sha256', 'a test').update(text).digest(),
}

export async function openIconDesk(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-avatars-'))
  const store = await openLevelStore({ folder, clock: createManualClock(), log: silentLog })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  const idOf = (owner: Aor) => ({
    auid: PRES_CONTENT,
    tree: owner,
    path: `${STATUS_ICON_FOLDER}/photo`,
  })
  return {
    store,
    async put(bytes: Uint8Array, owner = alice) {
      const image = measure(bytes)
      if (!image.ok) throw new Error(image.problem)
      const icon = { ...image, bytes }
      await store.documents.put(
        idOf(owner),
        storedIcon(iconDocument(icon), icon, { owner, hashes }),
        {},
      )
    },
    remove: (owner = alice) => store.documents.delete(idOf(owner), {}),
    avatars(pairs: Pairs, further: Partial<UserAvatarsOptions> = {}) {
      const avatars = createUserAvatars({
        pairs,
        documents: store.documents,
        accounts: store.accounts,
        domains: createDomains([EXAMPLE]),
        changes: store.changes,
        thumbnailer: createPngThumbnailer({ maxPixels: 4096 * 4096 }),
        log: silentLog,
        ...further,
      })
      t.after(avatars.close)
      return avatars
    },
  }
}
