/** One server-sent event. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** The events of a stream of text, as they come; comments and ids are left out. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = readBlock(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    // The stream may have failed already, which whoever reads has been told.
    await reader.cancel().catch(() => undefined);
  }
}

function readBlock(block: string): ServerSentEvent | null {
  const lines = block.split("\n");
  const data = valuesOf(lines, "data");
  return data.length === 0 ? null : { event: valuesOf(lines, "event")[0] ?? "message", data: data.join("\n") };
}

function valuesOf(lines: readonly string[], field: string): string[] {
  return lines.flatMap((line) => {
    if (!line.startsWith(`${field}:`)) return [];
    const value = line.slice(field.length + 1);
    return [value.startsWith(" ") ? value.slice(1) : value];
  });
}
