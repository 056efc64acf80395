/** The program of an emulator for tests: where it is missing they are skipped, with the reason; with `CI=true` they fail. */
export function emulatorProgram(name: string, program: string | null): string | null {
  if (program !== null) return program;
  if (process.env.CI === 'true') throw new Error(`CI=true, and the ${name} emulator or Java is not installed`);
  console.warn(`skipped: the ${name} emulator of the Cloud SDK, or Java, is not installed`);
  return null;
}
