/** A store that another process owns fulfils the contract of a store. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silentLog } from '../../../core/model/log.ts'
import { openLevelStore } from '../../../core/store/level-store.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { accountContract } from '../contract/account-contract.ts'
import { administrationContract } from '../contract/administration-contract.ts'
import { allowanceContract } from '../contract/allowance-contract.ts'
import { bodyContract } from '../contract/body-contract.ts'
import { currentIconContract } from '../contract/current-icon-contract.ts'
import { documentContract } from '../contract/document-contract.ts'
import { eventStateContract } from '../contract/event-state-contract.ts'
import { neighbourContract } from '../contract/neighbour-contract.ts'
import { sessionContract } from '../contract/session-contract.ts'
import { sharedEventStateContract } from '../contract/shared-event-state-contract.ts'
import type { StoreUnderTest } from '../contract/store-under-test.ts'
import { usageContract } from '../contract/usage-contract.ts'
import { behindChannel } from './remote-store.ts'

async function openBehindChannel(t: TestContext): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-store-'))
  const clock = createManualClock()
  const open = async () => {
    const owned = await openLevelStore({ folder, clock, log: silentLog })
    const { remote, channel } = await behindChannel(owned)
    const close = async () => {
      await remote.close()
      channel.close()
      await owned.close()
    }
    return { remote, close }
  }
  let store = await open()
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return {
    clock,
    stores: () => store.remote,
    async restart() {
      await store.close()
      store = await open()
      return store.remote
    },
  }
}

documentContract(openBehindChannel)
bodyContract(openBehindChannel)
allowanceContract(openBehindChannel)
usageContract(openBehindChannel)
currentIconContract(openBehindChannel)
accountContract(openBehindChannel)
sessionContract(openBehindChannel)
eventStateContract(openBehindChannel)
neighbourContract(openBehindChannel)
administrationContract(openBehindChannel)

sharedEventStateContract(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'visage-store-'))
  const clock = createManualClock()
  const owned = await openLevelStore({ folder, clock, log: silentLog })
  t.after(async () => {
    await owned.close()
    await rm(folder, { recursive: true })
  })
  const hub = await owned.shareEventState({ ofPresentity: () => 'a', ofSubscription: () => 'a' })
  return {
    now: () => clock.now(),
    async member(name) {
      const { remote } = await behindChannel({ ...owned, eventState: hub.member(name) })
      const { shared } = remote.eventState
      assert.ok(shared)
      return { ...remote.eventState, shared }
    },
  }
})
