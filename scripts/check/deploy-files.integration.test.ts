import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { blocksOf } from "../docs/pages.ts";

const run = promisify(execFile);
const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));
const service = new URL("../../packages/service/dist/index.js", import.meta.url).href;
const scratch = mkdtempSync(join(tmpdir(), "caretaker-deploy-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Probe {
  readonly httpGet?: { readonly path: string };
  readonly exec?: { readonly command: readonly string[] };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly securityContext: unknown;
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
}

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly replicas: number;
    readonly strategy: unknown;
    readonly minAvailable: number;
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: unknown;
        readonly containers: readonly [Container];
      };
    };
  };
}

const resources = ["api.yaml", "worker.yaml"].flatMap((file) =>
  parseAllDocuments(read(`kubernetes/${file}`)).map((document) => document.toJS() as Resource),
);
const podOf = (name: string) => {
  const found = resources.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
  if (found === undefined) throw new Error(`deploy/kubernetes has no deployment ${name}`);
  return { ...found.spec, pod: found.spec.template.spec, container: found.spec.template.spec.containers[0] };
};

describe("deploy/kubernetes", () => {
  const api = podOf("caretaker-api");
  const worker = podOf("caretaker-worker");

  it("asks each question at its own path, and restarts nothing because of a dependency", () => {
    const { livenessProbe, readinessProbe, startupProbe } = api.container;
    expect(livenessProbe.httpGet?.path).toBe("/health");
    expect(readinessProbe?.httpGet?.path).toBe("/health/ready");
    expect(startupProbe?.httpGet?.path).toBe("/health/startup");
    expect(worker.container.livenessProbe.exec?.command).toEqual(["node", "deploy/healthcheck.mjs", "--beat"]);
    expect(worker.container.readinessProbe).toBeUndefined();
  });

  it("drains longer than readiness takes to be noticed, stops within its timeout, and is killed only after it", () => {
    const { periodSeconds, timeoutSeconds, failureThreshold } = api.container.readinessProbe as Probe;
    const drainSeconds = secondsOf(api.container, "DRAIN_DELAY");
    expect(drainSeconds).toBeGreaterThan(periodSeconds * failureThreshold + timeoutSeconds);
    for (const { container, pod } of [api, worker]) {
      const stopSeconds = secondsOf(container, "SHUTDOWN_TIMEOUT");
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(stopSeconds + 5);
    }
    expect(secondsOf(api.container, "SHUTDOWN_TIMEOUT")).toBeGreaterThan(drainSeconds + 10);
  });

  it("never has fewer instances ready than before a roll-out, and one at least when a node is emptied", () => {
    expect(api).toMatchObject({ replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 0 } } });
    expect(resources.find(({ kind }) => kind === "PodDisruptionBudget")?.spec.minAvailable).toBe(1);
    expect(worker).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
  });

  it("runs without root, without capabilities, on a disk that cannot be written, within bounds", () => {
    for (const { pod, container } of [api, worker]) {
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      expect(container.securityContext).toEqual({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
      expect(container.resources.limits["memory"]).toBeDefined();
    }
  });

  it("sets only variables that exist", async () => {
    const known = await knownVariables();
    const kustomization = read("kubernetes/kustomization.yaml");
    const names = [...kustomization.matchAll(/^ {6}- ([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(names).toContain("REDIS_URL");
    for (const { container } of [api, worker]) names.push(...container.env.map(({ name }) => name));
    expect(names.filter((name) => !known.has(name ?? ""))).toEqual([]);
  });

  it("is built by kustomize", async (context) => {
    const isThere = spawnSync("kubectl", ["kustomize", "--help"], { stdio: "ignore" }).status === 0;
    context.skip(!isThere, "kubectl is not installed");
    const { stdout } = await run("kubectl", ["kustomize", join(DEPLOY, "kubernetes")]);
    const kinds = parseAllDocuments(stdout).map((document) => (document.toJS() as Resource).kind);
    expect(kinds.sort()).toEqual(
      ["ConfigMap", "Deployment", "Deployment", "PersistentVolumeClaim", "PodDisruptionBudget", "Service"].sort(),
    );
  });
});

describe("docs/guides/kubernetes.md", () => {
  const lines = blocksOf("docs/guides/kubernetes.md", "sh")
    .flatMap((block) => block.split("\n"))
    .filter((line) => line.startsWith("kubectl "));

  // There is no cluster to ask: what the client itself makes of each line.
  it.for(lines)("%s", async (line, context) => {
    const isThere = spawnSync("kubectl", ["kustomize", "--help"], { stdio: "ignore" }).status === 0;
    context.skip(!isThere, "kubectl is not installed");
    const asked = line.includes(" apply -k ")
      ? line.replace("apply -k", "kustomize")
      : `${line} --dry-run=client -o yaml`;
    const { stdout } = await run("sh", ["-c", asked], { cwd: join(DEPLOY, "..") });
    const made = parseAllDocuments(stdout).map((document) => document.toJS() as Resource);
    expect(made.length).toBeGreaterThan(0);
    for (const { kind, metadata } of made) {
      expect(metadata).toMatchObject(kind === "Namespace" ? { name: "caretaker" } : { namespace: "caretaker" });
    }
  });
});

describe.each(["api", "worker"])("deploy/systemd/caretaker-%s.service", (app) => {
  const file = `systemd/caretaker-${app}.service`;
  const unit = new Map(
    read(file)
      .split("\n")
      .flatMap((line) => {
        const [, key = "", value = ""] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
        return key === "" ? [] : [[key, value] as const];
      }),
  );

  it("waits longer for its end than stopping may take, and does not try wrong settings again", () => {
    const stop = Number(/SHUTDOWN_TIMEOUT=(\d+)s/.exec(unit.get("Environment") ?? "")?.[1]);
    expect(Number(unit.get("TimeoutStopSec"))).toBeGreaterThan(stop + 5);
    expect(unit.get("KillMode")).toBe("mixed");
    expect(unit.get("Restart")).toBe("on-failure");
    expect(unit.get("RestartPreventExitStatus")).toBe("78");
  });

  it("starts what is built, as an ordinary user that may write nothing else", () => {
    expect(unit.get("ExecStart")).toBe(`/usr/bin/node /opt/caretaker/apps/${app}/dist/main.js`);
    expect(unit.get("User")).toBe("caretaker");
    const hardened = { NoNewPrivileges: "yes", CapabilityBoundingSet: "", ProtectSystem: "strict", ProtectHome: "yes" };
    expect(Object.fromEntries(unit)).toMatchObject(hardened);
    expect(unit.has("MemoryDenyWriteExecute")).toBe(false);
  });

  it("sets only variables that exist", async () => {
    const known = await knownVariables();
    const names = (unit.get("Environment") ?? "").split(" ").map((pair) => pair.split("=")[0] ?? "");
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  describe("systemd itself", () => {
    beforeEach((context) => {
      const isThere = spawnSync("systemd-analyze", ["--version"], { stdio: "ignore" }).status === 0;
      context.skip(!isThere, "systemd-analyze is not installed");
    });

    it("takes every line of it", async () => {
      const copy = join(scratch, `caretaker-${app}.service`);
      cpSync(join(DEPLOY, file), copy);
      // It also looks whether the program is there.
      writeFileSync(copy, readFileSync(copy, "utf8").replace("/usr/bin/node", process.execPath));
      const { stdout, stderr } = await run("systemd-analyze", ["verify", "--man=no", copy]);
      expect(`${stdout}${stderr}`).not.toContain(`caretaker-${app}`);
    });
  });
});

function read(path: string): string {
  return readFileSync(join(DEPLOY, path), "utf8");
}

function secondsOf({ env }: Container, name: string): number {
  return Number(/^(\d+)s$/.exec(env.find((variable) => variable.name === name)?.value ?? "")?.[1]);
}

async function knownVariables(): Promise<ReadonlySet<string>> {
  const { allSettings } = (await import(service)) as { allSettings: Record<string, { name: string }> };
  return new Set(Object.values(allSettings).map(({ name }) => name));
}
