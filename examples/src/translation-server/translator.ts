import { settings } from "./settings.js";

/** Asks the language model; throws where it does not answer as it should. */
export async function translate(text: string, to: string): Promise<string> {
  const key = settings.llmKey();
  const response = await fetch(`${settings.llmUrl}/chat/completions`, {
    method: "POST",
    signal: AbortSignal.timeout(30_000),
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({
      model: settings.llmModel,
      messages: [
        { role: "system", content: `Translate into ${to}. Answer with the translation alone.` },
        { role: "user", content: text },
      ],
    }),
  });
  if (!response.ok) throw new Error(`the language model answered ${response.status}`);
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content ?? "";
}
