import type { GuardSelf, Readiness } from "@caretaker/health";
import { createInstanceGuard, type InstanceGuard, type InstanceGuardOptions } from "@caretaker/redis-store";

/** The guard of this instance, or `null` where the setting is unset: then nothing beats and nothing is held back. */
export function joinGuard(
  maxUnavailable: number | null,
  options: Omit<InstanceGuardOptions, "maxUnavailable">,
): InstanceGuard | null {
  return maxUnavailable === null ? null : createInstanceGuard({ ...options, maxUnavailable });
}

/** What an instance tells the others: nothing while it starts or drains, since it then leaves whatever they do. */
export function guardSelfOf(readiness: Readiness): (GuardSelf & { readonly isHeldBack: boolean }) | null {
  const { code, rawVerdict, isReadyOnce } = readiness;
  if (code === "starting" || code === "draining") return null;
  return { isReadyOnce, isFailing: rawVerdict === "fail", isHeldBack: code === "guarded" };
}
