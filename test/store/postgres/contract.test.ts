/** A store on PostgreSQL fulfils the contract of a store. */
import { test } from 'node:test'
import { isInstalled } from '../../setup/debian-tools.mjs'
import { requireProgram } from '../../support/programs.ts'
import { accountContract } from '../contract/account-contract.ts'
import { administrationContract } from '../contract/administration-contract.ts'
import { allowanceContract } from '../contract/allowance-contract.ts'
import { bodyContract } from '../contract/body-contract.ts'
import { currentIconContract } from '../contract/current-icon-contract.ts'
import { documentContract } from '../contract/document-contract.ts'
import { domainQuotaContract } from '../contract/domain-quota-contract.ts'
import { eventStateContract } from '../contract/event-state-contract.ts'
import { neighbourContract } from '../contract/neighbour-contract.ts'
import { sessionContract } from '../contract/session-contract.ts'
import { usageContract } from '../contract/usage-contract.ts'
import { startCluster, stopAfterwards } from './cluster.ts'
import { storesOn } from './store-on-cluster.ts'

if (isInstalled('postgres')) {
  const { open } = storesOn(stopAfterwards(await startCluster()))
  documentContract(open)
  bodyContract(open)
  allowanceContract(open)
  domainQuotaContract(open)
  usageContract(open)
  currentIconContract(open)
  accountContract(open)
  sessionContract(open)
  eventStateContract(open)
  neighbourContract(open)
  administrationContract(open)
} else {
  test('a store on PostgreSQL fulfils the contract of a store', (t) => {
    requireProgram(t, 'postgres')
  })
}
