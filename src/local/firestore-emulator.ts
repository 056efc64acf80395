import { type Emulator, findEmulator, startEmulator } from './emulator.ts';

/** The Firestore emulator of an installed Cloud SDK, or null. */
export function findFirestoreEmulator(): string | null {
  return findEmulator('cloud-firestore-emulator', 'cloud_firestore_emulator');
}

/** Starts the Firestore emulator in native mode; what it holds is gone when it stops. */
export function startFirestoreEmulator(program: string): Promise<Emulator> {
  return startEmulator(program, []);
}
