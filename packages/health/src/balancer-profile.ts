/** How a balancer probes: what decides when it stops and when it begins to send traffic. */
export interface BalancerProfile {
  readonly name: string;
  /** Between two probes of one instance. */
  readonly intervalMs: number;
  /** How long it waits for a probe's answer. */
  readonly timeoutMs: number;
  /** Failed probes in a row before the instance is out. */
  readonly fall: number;
  /** Good probes in a row before it is back in. */
  readonly rise: number;
}

/**
 * The common balancers with the figures they have unless configured otherwise.
 *
 * HAProxy: `inter 2s fall 3 rise 2`; without `timeout check` a probe may take as long as `inter`. ALB: the target group's
 * defaults. Envoy has no defaults of these, so its documentation's usual 5 s, 1 s and 2 stand; of an HTTP check its
 * `unhealthy_threshold` is ignored, a single 503 takes the host out. Kubernetes: a container's readinessProbe.
 */
export const BALANCER_PROFILES = {
  haproxy: { name: "haproxy", intervalMs: 2_000, timeoutMs: 2_000, fall: 3, rise: 2 },
  alb: { name: "alb", intervalMs: 30_000, timeoutMs: 5_000, fall: 2, rise: 5 },
  envoy: { name: "envoy", intervalMs: 5_000, timeoutMs: 1_000, fall: 1, rise: 2 },
  kubernetes: { name: "kubernetes", intervalMs: 10_000, timeoutMs: 1_000, fall: 3, rise: 1 },
} as const satisfies Readonly<Record<string, BalancerProfile>>;

/** The name of one of {@link BALANCER_PROFILES}. */
export type BalancerName = keyof typeof BALANCER_PROFILES;

/** The longest a balancer goes on sending traffic to an instance whose probes have begun to fail, in ms. */
export function removalMs({ intervalMs, timeoutMs, fall }: BalancerProfile): number {
  return fall * intervalMs + timeoutMs;
}
