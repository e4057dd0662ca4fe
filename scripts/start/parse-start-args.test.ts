import { describe, expect, it } from "vitest";
import { parseStartArgs } from "./parse-start-args.mjs";

const cwd = "/somewhere";
const defaults = { port: 3000, dataDir: "/somewhere/.data", demo: true, json: false, help: false };

function parse(argv: string[], env: NodeJS.ProcessEnv = {}) {
  return parseStartArgs(argv, { env, cwd });
}

describe("the flags of npm start", () => {
  it.each([
    [[], {}, {}],
    [["--json", "--no-demo", "--port", "0"], {}, { json: true, demo: false, port: 0 }],
    [["--port=65535", "--data-dir=d"], {}, { port: 65535, dataDir: "/somewhere/d" }],
    [["--data-dir", "/abs"], {}, { dataDir: "/abs" }],
    [[], { PORT: "8080", DATA_DIR: "elsewhere" }, { port: 8080, dataDir: "/somewhere/elsewhere" }],
    [["--port", "1"], { PORT: "not looked at" }, { port: 1 }],
    [["-h"], {}, { help: true }],
  ])("%j with %j", (argv, env, expected) => {
    expect(parse(argv, env)).toEqual({ ...defaults, ...expected });
  });

  it.each([
    [["--prot", "1"], {}, 2, "unknown flag --prot; allowed: --port <n>, --data-dir <dir>, --no-demo, --json, --help"],
    [["--json=yes"], {}, 2, "unknown flag --json=yes"],
    [["serve"], {}, 2, "unknown argument serve"],
    [["--port"], {}, 2, "--port needs a value"],
    [["--port", "--json"], {}, 2, "--port needs a value"],
    [["--port", "65536"], {}, 2, '--port must be a whole number from 0 to 65535 (0: any free port), not "65536"'],
    [["--port", "-1"], {}, 2, 'not "-1"'],
    [["--port=3e3"], {}, 2, 'not "3e3"'],
    [["--port="], {}, 2, 'not ""'],
    [["--data-dir="], {}, 2, "--data-dir needs a directory"],
    [[], { PORT: "http" }, 78, 'PORT must be a whole number from 0 to 65535 (0: any free port), not "http"'],
    [[], { npm_config_port: "0" }, 2, "npm kept --port for itself; write: npm start -- --port …"],
  ])("refuses %j with %j", (argv, env, exitCode, message) => {
    expect(() => parse(argv, env)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message), exitCode }),
    );
  });
});
