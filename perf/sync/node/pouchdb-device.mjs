/** PouchDB's own client: a database in memory (a browser's would be on disk) that replicates with the server's. */
import PouchDB from 'pouchdb-core';
import http from 'pouchdb-adapter-http';
import memory from 'pouchdb-adapter-memory';
import replication from 'pouchdb-replication';

PouchDB.plugin(http).plugin(memory).plugin(replication);
let n_devices = 0;

export class Device {
  constructor({ port, place, batch }) {
    this.batch = batch;
    this.local = new PouchDB(`device-${++n_devices}`, { adapter: 'memory' });
    this.remote = new PouchDB(`http://127.0.0.1:${port}/${place}`);
  }

  open() {
    return this.remote.info();
  }

  async prepare(observations) {
    await this.local.bulkDocs(observations.map(({ id, ...fields }) => ({ _id: id, ...fields })));
  }

  async push() {
    await this.local.replicate.to(this.remote, { batch_size: this.batch });
  }

  async pull() {
    return (await this.local.replicate.from(this.remote, { batch_size: this.batch })).docs_written;
  }

  async close() {
    await this.local.destroy();
  }
}
