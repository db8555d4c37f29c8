/**
 * Hocuspocus' own client. A record is one JSON value of a Y.Map (`json`: the last writer takes it all) or a Y.Map
 * of its own (`map`: fields merge one by one, as ours do).
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import * as Y from 'yjs';

export class Device {
  constructor({ port, place, batch, form }) {
    this.place = place;
    this.batch = batch;
    this.form = form;
    this.document = new Y.Doc();
    this.records = this.document.getMap('observations');
    this.socket = new HocuspocusProviderWebsocket({ url: `ws://127.0.0.1:${port}` });
  }

  /** Connect without asking for anything. */
  open() {
    return new Promise((resolve) => this.socket.on('open', () => resolve()));
  }

  prepare(observations) {
    this.waiting = observations;
  }

  async push() {
    for (let start = 0; start < this.waiting.length; start += this.batch) this.write(this.waiting.slice(start, start + this.batch));
    await this.answered();
  }

  write(observations) {
    this.document.transact(() => {
      for (const { id, ...fields } of observations)
        this.records.set(id, this.form === 'json' ? fields : new Y.Map(Object.entries(fields)));
    });
  }

  /** The records that are new here. */
  async pull() {
    const before = this.records.size;
    if (this.provider) this.provider.forceSync();
    else await this.attach();
    await this.answered();
    return this.records.size - before;
  }

  attach() {
    this.provider = new HocuspocusProvider({ websocketProvider: this.socket, name: this.place, document: this.document });
    return new Promise((resolve) => {
      this.provider.on('synced', () => resolve());
      this.provider.attach();
    });
  }

  answered() {
    return this.until(this.provider, 'unsyncedChanges', () => this.provider.unsyncedChanges === 0);
  }

  /** Resolves when others' records have made it so many here. */
  wait_for(n) {
    return this.until(this.document, 'update', () => this.records.size >= n);
  }

  until(source, event, isSo) {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        source.off(event, look);
        resolve();
      };
      source.on(event, look);
      look();
    });
  }

  close() {
    this.provider?.destroy();
    this.socket.destroy();
    this.document.destroy();
  }
}
