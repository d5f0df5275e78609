/** Administration of a configuration's service: through the one that runs, or, when none does, on the store opened here. */
import { createDomains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import { createAccountAdministration } from '../account-administration.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import { openStore } from '../open-store.ts'
import { systemClock } from '../system-clock.ts'
import { createAuditLog } from './audit-log.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import type { Ask, Operation } from './operation.ts'
import { createOperations } from './operations.ts'
import { createReach } from './reach.ts'
import { askRunningService, localUser } from './running-service.ts'

interface Surroundings {
  /** Only the configured domains may have accounts; a running service knows its own. */
  readonly domainsKnown: boolean
  readonly log: Log
}

/** The store is opened when it is first asked for something, and closed when `action` is done. */
export async function withAdministration<T>(
  configuration: Configuration,
  surroundings: Surroundings,
  action: (ask: Ask) => Promise<T>,
): Promise<T> {
  const running = await askRunningService(configuration.data)
  if (running) return action(running)
  let opened: Promise<OpenedHere> | undefined
  const ask: Ask = async (description, input) => {
    if (description.needsService !== undefined) {
      throw new AccountProblem(
        `no service runs on ${configuration.data}: ${description.needsService}`,
        'unavailable',
      )
    }
    opened ??= openHere(configuration, surroundings)
    const { operations, dispatch } = await opened
    const operation = operations.find((one) => one.description.name === description.name)
    if (!operation) throw new Error(`there is no operation ${description.name}`)
    const result = await dispatch(operation, input, { who: `local:${localUser()}` })
    return description.output.parse(result)
  }
  try {
    return await action(ask)
  } finally {
    // One that could not be opened has said so to whoever asked.
    await opened?.then(
      ({ close }) => close(),
      () => undefined,
    )
  }
}

interface OpenedHere {
  readonly operations: readonly Operation[]
  readonly dispatch: Dispatch
  readonly close: () => Promise<void>
}

async function openHere(
  configuration: Configuration,
  { domainsKnown, log }: Surroundings,
): Promise<OpenedHere> {
  const store = await openStore(configuration, { clock: systemClock, log })
  const domains = domainsKnown ? createDomains(configuration.domains) : undefined
  const accounts = createAccountAdministration({ ...store, domains })
  const ground = { configuration, store, accounts, domains, clock: systemClock, log }
  const audit = createAuditLog(ground)
  return {
    operations: createOperations(ground),
    dispatch: createDispatch({ checkReach: createReach({ ...store, domains }), audit }),
    async close() {
      await audit.close()
      await store.close()
    },
  }
}
