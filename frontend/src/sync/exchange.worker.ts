/** Does what is much of an exchange off the page's thread. */
import { ApiError } from '../api/client';
import { onChanges } from '../local/changes';
import { openDatabase, type TableName } from '../local/db';
import { exchange, type Rest, type Sender } from './exchange';

export interface Given {
  sender: Sender;
  left: Rest;
}
/** News of the work: tables that it has written to, or how it ended. */
export interface Told {
  tables?: TableName[];
  /** The fields of an `ApiError`, or what else went wrong. */
  failure?: Pick<ApiError, 'code' | 'status' | 'detail' | 'offline' | 'retryAfter'> | string;
}

onChanges((tables) => tell({ tables: [...tables] }));

addEventListener('message', ({ data: { sender, left } }: MessageEvent<Given>) => {
  openDatabase(sender.person);
  exchange(sender, left).then(
    () => tell({}),
    (error: unknown) => tell({ failure: error instanceof ApiError ? { ...error } : String(error) }),
  );
});

function tell(told: Told): void {
  postMessage(told);
}
