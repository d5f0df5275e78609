/** Import of accounts, documents and icons from elsewhere, as operations; each with its dry run, which only reads. */
import { z } from 'zod'
import type { Aor } from '../../core/uri/aor.ts'
import { createAccountAddresses } from '../account-addresses.ts'
import { importAccounts as importRows } from '../account-import.ts'
import { importDocuments as importAll } from '../import/document-import.ts'
import {
  documentImport,
  documentReport,
  importOutcome,
  type DocumentImport,
} from '../import/document-rows.ts'
import { createHeldUsages, type UsageGround } from '../import/held-usages.ts'
import { iconContent, storeIcon } from '../import/icon-import.ts'
import { createImportOwner } from '../import/import-owner.ts'
import { createIconLocks } from '../people/icon-locks.ts'
import { importAccounts } from './account-operations.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { addressValue, flagValue, octetsValue } from './operation-values.ts'

const iconImport = z.strictObject({
  address: addressValue,
  bytes: octetsValue,
  /** It takes the place of another one that the person has. */
  overwrite: flagValue.default(false),
  /** Unless the person keeps another one, only administrators change it afterwards. */
  lock: flagValue.default(false),
})

export const previewAccountImport = describeOperation({
  ...importAccounts,
  name: 'previewAccountImport',
  path: '/import/accounts/preview',
  summary: 'Tells what an import of accounts would do, and changes nothing.',
  scope: 'read',
})

export const importDocuments = describeOperation({
  name: 'importDocuments',
  method: 'POST',
  path: '/import/documents',
  summary: 'Takes documents of another XCAP server; a second time it changes nothing.',
  scope: 'write',
  input: documentImport,
  output: documentReport,
  concerns: () => 'service',
})

export const previewDocumentImport = describeOperation({
  ...importDocuments,
  name: 'previewDocumentImport',
  path: '/import/documents/preview',
  summary: 'Tells what an import of documents would do, and changes nothing.',
  scope: 'read',
})

export const importIcon = describeOperation({
  name: 'importIcon',
  method: 'POST',
  path: '/import/icons/{address}',
  summary:
    'Takes an icon from elsewhere, unless the person has one; a second time it changes nothing.',
  scope: 'write',
  takes: ['image/png', 'image/jpeg', 'image/gif'],
  input: iconImport,
  output: z.object({ outcome: importOutcome }),
  concerns: ({ address }) => ({ address }),
})

export const previewIconImport = describeOperation({
  ...importIcon,
  name: 'previewIconImport',
  path: '/import/icons/{address}/preview',
  summary: 'Tells what the import of an icon would do, and changes nothing.',
  scope: 'read',
})

export function importOperations(ground: UsageGround): readonly Operation[] {
  const { store } = ground
  const addresses = createAccountAddresses(
    ground.domains ? { ...store, domains: ground.domains } : store,
  )
  const held = createHeldUsages(ground)
  const owner = createImportOwner({ ...ground, accounts: store.accounts, addresses })
  const locks = createIconLocks(store)
  const lockOnce = async (aor: Aor) => {
    if (!(await locks.isLocked(aor))) await locks.lock(aor)
  }
  const takeDocuments = async (given: DocumentImport, dryRun: boolean) =>
    importAll(given, {
      documents: store.documents,
      usages: await held.usages(),
      owner: owner.ofRow,
      dryRun,
    })
  const takeIcon = async (icon: z.output<typeof iconImport>, dryRun: boolean) => {
    const aor = await owner.ofAddress(icon.address)
    const content = iconContent(icon.bytes, aor, await held.contents())
    const outcome = await storeIcon(aor, content, { ...store, ...icon, dryRun })
    if (icon.lock && !dryRun && outcome !== 'kept') await lockOnce(aor)
    return { outcome }
  }
  return [
    operation(previewAccountImport, ({ rows }) =>
      importRows(rows, { accounts: store.accounts, addresses, dryRun: true }),
    ),
    operation(importDocuments, (given) => takeDocuments(given, false)),
    operation(previewDocumentImport, (given) => takeDocuments(given, true)),
    operation(importIcon, (given) => takeIcon(given, false)),
    operation(previewIconImport, (given) => takeIcon(given, true)),
  ]
}
