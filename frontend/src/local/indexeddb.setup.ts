/** Gives the unit tests an IndexedDB; browsers bring their own. */
import 'fake-indexeddb/auto';
