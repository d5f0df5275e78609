/** The embedded store fulfils the contract of a store. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { accountContract } from './contract/account-contract.ts'
import { administrationContract } from './contract/administration-contract.ts'
import { allowanceContract } from './contract/allowance-contract.ts'
import { bodyContract } from './contract/body-contract.ts'
import { currentIconContract } from './contract/current-icon-contract.ts'
import { documentContract } from './contract/document-contract.ts'
import { domainQuotaContract } from './contract/domain-quota-contract.ts'
import { eventStateContract } from './contract/event-state-contract.ts'
import { neighbourContract } from './contract/neighbour-contract.ts'
import { sessionContract } from './contract/session-contract.ts'
import type { StoreUnderTest } from './contract/store-under-test.ts'
import { usageContract } from './contract/usage-contract.ts'

async function openInEmptyFolder(t: TestContext): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-store-'))
  const clock = createManualClock()
  const options = { folder, clock, log: silentLog }
  let store = await openLevelStore(options)
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return {
    clock,
    stores: () => store,
    async restart() {
      await store.close()
      store = await openLevelStore(options)
      return store
    },
  }
}

documentContract(openInEmptyFolder)
bodyContract(openInEmptyFolder)
allowanceContract(openInEmptyFolder)
domainQuotaContract(openInEmptyFolder)
usageContract(openInEmptyFolder)
currentIconContract(openInEmptyFolder)
accountContract(openInEmptyFolder)
sessionContract(openInEmptyFolder)
eventStateContract(openInEmptyFolder)
neighbourContract(openInEmptyFolder)
administrationContract(openInEmptyFolder)
