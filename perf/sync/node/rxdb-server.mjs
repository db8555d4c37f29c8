/** RxDB's server with the storage that is free to use, which is memory. One collection for each place to work in. */
import { createRxDatabase } from 'rxdb/plugins/core';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { createRxServer } from 'rxdb-server/plugins/server';
import { RxServerAdapterExpress } from 'rxdb-server/plugins/adapter-express';

const [port, nPlaces] = process.argv.slice(2).map(Number);
const text = { type: 'string' };
const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 36 },
    text, thought: text, feeling: text, author: text, observed_at: text,
    tags: { type: 'array', items: text },
  },
};

const database = await createRxDatabase({ name: 'observations', storage: getRxStorageMemory() });
const server = await createRxServer({ database, adapter: RxServerAdapterExpress, hostname: '127.0.0.1', port });
for (let n = 0; n < nPlaces; n++) {
  const { [`place${n}`]: collection } = await database.addCollections({ [`place${n}`]: { schema } });
  server.addReplicationEndpoint({ name: `place${n}`, collection });
}
await server.start();
