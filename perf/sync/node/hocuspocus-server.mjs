/** Hocuspocus without a database extension; with one it would store some seconds after it has answered. */
import { Server } from '@hocuspocus/server';

await new Server({ port: Number(process.argv[2]), address: '127.0.0.1', quiet: true, unloadImmediately: false }).listen();
