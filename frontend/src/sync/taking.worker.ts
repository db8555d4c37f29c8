/** Takes large answers in, off the page's thread. Tells no screen: the page does, when it hears that all is here. */
import { openDatabaseNamed } from '../local/db';
import { takeAnswer, type SyncAnswer } from './pull';

export interface Given {
  database: string;
  answer: SyncAnswer;
}
export interface Taken {
  /** Whether the server has more to tell; missing when it could not be taken in. */
  isMore?: boolean;
}

addEventListener('message', ({ data: { database, answer } }: MessageEvent<Given>) => {
  openDatabaseNamed(database);
  takeAnswer(answer).then(
    (isMore) => postMessage({ isMore } satisfies Taken),
    () => postMessage({} satisfies Taken),
  );
});
