/** Standard output: with back-pressure, and with an error that says what happened when nobody can take it. */
import { OutputError } from '../exit-codes.ts';

/** Where an answer goes. */
export interface Output {
  /** Resolves when more may be written. @throws OutputError */
  write(text: string): Promise<void>;
}

/** @param place what it is called in an error: `standard output` */
export function outputTo(stream: NodeJS.WritableStream, place: string): Output {
  let failure: OutputError | undefined;
  // A reader that has gone is told by an event too, which would else end the process.
  stream.on('error', (error) => {
    failure ??= new OutputError(place, error);
  });
  return {
    write(text) {
      return new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        stream.write(text, (error) => (error ? reject(new OutputError(place, error)) : resolve()));
      });
    },
  };
}
