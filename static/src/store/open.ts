import type { IDBPDatabase } from 'idb'
export async function withDatabase<T>(_work: (db: IDBPDatabase<any>) => Promise<T>): Promise<T> { throw new Error('not yet') }
