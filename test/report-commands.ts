import type { Report } from '../src/report/report.ts';

/** The text of the remedy whose title starts like this. */
export function commandOf({ remedies }: Pick<Report, 'remedies'>, title: string): string {
  const found = remedies.find((remedy) => remedy.title.startsWith(title));
  if (found === undefined) throw new Error(`no remedy is titled ${title}: ${remedies.map((one) => one.title)}`);
  return found.text;
}

/** gcloud commands that differ in more than their quoted values, one of each shape. */
export function gcloudShapes(reports: readonly Pick<Report, 'remedies'>[]): readonly string[] {
  const commands = reports
    .flatMap(({ remedies }) => remedies)
    .filter(({ kind }) => kind === 'gcloud')
    .flatMap(({ text }) => text.split(/\n(?=gcloud )/));
  return [...new Map(commands.map((command) => [command.replace(/'[^']*'/g, "''"), command])).values()];
}
