/** All metrics of one process, as they are when somebody looks. */
import type { ReportGateway } from '../../xmpp-gateway/gateway-report.ts'
import type { LoadControl } from '../load/load-control.ts'
import { readVersion } from '../version.ts'
import { gauge, value, type Family } from './family.ts'
import { gatewayFamilies } from './gateway-families.ts'
import type { Observed } from './observed.ts'
import { createProcessFamilies } from './process-families.ts'
import { serviceFamilies } from './service-families.ts'
import { sipFamilies, type SipObserved } from './sip-families.ts'

export type LookAtProcess = () => Promise<readonly Family[]>

interface ProcessMetricsParts {
  readonly observed: Observed
  readonly sip: SipObserved
  readonly load: Pick<LoadControl, 'figures'>
  readonly isStoreLive: (() => boolean) | undefined
  readonly report: ReportGateway | undefined
  /** Number of the worker; absent: this process is all of the service. */
  readonly worker: number | undefined
}

export function createProcessMetrics(parts: ProcessMetricsParts): LookAtProcess {
  const { observed, sip, load, isStoreLive = () => true, report, worker } = parts
  const processFamilies = createProcessFamilies(worker)
  return async () => [
    ...(await sipFamilies(sip)),
    ...serviceFamilies(observed, load.figures()),
    gauge(
      'visage_store_up',
      'Whether the store can be asked; of several workers whether all can.',
      isStoreLive() ? 1 : 0,
      'min',
    ),
    gauge(
      'visage_build_info',
      'The version of Visage and of Node.js.',
      [value({ version: readVersion(), node: process.version }, 1)],
      'first',
    ),
    ...(report ? gatewayFamilies(report()) : []),
    ...(await processFamilies()),
  ]
}
