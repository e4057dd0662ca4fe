/** A server-side script: the number of its keys and its text. */
export interface Script {
  readonly name: string;
  readonly keys: number;
  readonly lua: string;
}

/** Calls a script through a client on which it may not be defined yet. */
export type ScriptRunner = (script: Script, keysAndArgs: readonly (string | number)[]) => Promise<unknown>;

interface ScriptClient {
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void;
}

/** A runner over one ioredis client: EVALSHA, and EVAL once after a restart of Redis. */
export function createScriptRunner(client: ScriptClient): ScriptRunner {
  const commands = client as unknown as Record<
    string,
    ((...args: readonly (string | number)[]) => Promise<unknown>) | undefined
  >;
  return (script, keysAndArgs) => {
    if (commands[script.name] === undefined)
      client.defineCommand(script.name, { numberOfKeys: script.keys, lua: script.lua });
    const command = commands[script.name];
    if (command === undefined) throw new Error(`the Redis client did not take the script ${script.name}`);
    return command.call(client, ...keysAndArgs);
  };
}
