/** A tone to render. */
export interface Tone {
  readonly pitchHz: number;
  readonly seconds: number;
  readonly sampleRate: number;
}

/** A tone as a WAV file: one channel of 16-bit PCM, faded in and out so that it does not click. */
export function toneWav({ pitchHz, seconds, sampleRate }: Tone): Buffer {
  const samples = Math.round(seconds * sampleRate);
  const data = Buffer.alloc(samples * 2);
  for (let index = 0; index < samples; index += 1) {
    const fade = Math.min(1, index / 800, (samples - 1 - index) / 800);
    const value = Math.sin((2 * Math.PI * pitchHz * index) / sampleRate);
    data.writeInt16LE(Math.round(value * fade * 12_000), index * 2);
  }
  return Buffer.concat([header(data.length, sampleRate), data]);
}

/** The 44 bytes of a canonical PCM header. */
function header(dataBytes: number, sampleRate: number): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write("RIFF", 0, "ascii");
  bytes.writeUInt32LE(36 + dataBytes, 4);
  bytes.write("WAVEfmt ", 8, "ascii");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "ascii");
  bytes.writeUInt32LE(dataBytes, 40);
  return bytes;
}
