/** The view that a subscription has of its own. RFC 6665 §4.2.2. */
import type { NumberedPackage } from '../event-package.ts'
import type { Subscription } from '../resource.ts'
import type { SubscriptionView } from '../subscription-view.ts'

/** Made when it is first needed. */
export function viewOf(
  subscription: Subscription,
  eventPackage: NumberedPackage,
): SubscriptionView {
  return (subscription.view ??= eventPackage.view(subscription))
}
