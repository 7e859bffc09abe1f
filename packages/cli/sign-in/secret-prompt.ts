/** A secret from a person who types it unseen, or from a pipe. Never from an argument, which `ps` shows to everybody. */
import type { ReadStream } from 'node:tty';
import { UsageError } from '../exit-codes.ts';

/** More is no secret of Cognito's, which have up to 64 characters. */
const MAX_SECRET = 4_096;

/** @throws UsageError when nothing is given */
export async function readSecret(question: string, input: ReadStream, ask: NodeJS.WritableStream): Promise<string> {
  if (input.isTTY) ask.write(question);
  const text = input.isTTY ? await typed(input, ask) : await piped(input);
  const secret = text.trim();
  if (secret === '') throw new UsageError('no secret was given');
  return secret;
}

async function piped(input: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += chunk;
    if (text.length > MAX_SECRET) throw new UsageError('what was given is too long for a secret');
  }
  return text;
}

/** In raw mode the terminal shows nothing; so keys that it would act on are acted on here. */
function typed(input: ReadStream, ask: NodeJS.WritableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const done = (outcome: () => void) => {
      input.setRawMode(false);
      input.pause();
      input.off('data', onData);
      ask.write('\n');
      outcome();
    };
    const onData = (chunk: Buffer | string) => {
      for (const key of chunk.toString()) {
        if (key === '\r' || key === '\n' || key === '\u0004') return done(() => resolve(text));
        if (key === '\u0003') return done(() => reject(new DOMException('interrupted', 'AbortError')));
        text = key === '\u007f' || key === '\b' ? text.slice(0, -1) : text + key;
      }
    };
    input.setRawMode(true);
    input.resume();
    input.on('data', onData);
  });
}
