import type { AttributeSchema, BlockSchema, Mode } from './resource-schema.ts';

/** Arguments that the typings know and provider 7 or 8 does not take any more, with what is said about it. */
export const REMOVED_SINCE: Readonly<Record<string, string>> = {
  'google_cloudfunctions2_function.service_config.service':
    'output only since 7.0.0 (registry: guide version_7_upgrade)',
};

/** Arguments that the typings do not know yet, and that every provider does which `versions.tf` admits. */
export const ADDED_SINCE: Readonly<Record<string, Readonly<Record<string, AttributeSchema>>>> = {
  // Beta since 6.30.0; a module that is validated by provider 7.38 of the plain kind sets it (nozomi-koborinai/terradart#295).
  google_cloud_run_v2_service: { iap_enabled: { type: 'bool', need: 'optional-computed' } },
};

const required = { type: 'string', need: 'required' } as const;
const optional = { type: 'string', need: 'optional' } as const;
const computed = { type: 'string', need: 'computed' } as const;

/** What other providers than google have, in full (registry: hashicorp/archive 2.7, archive_file). */
export const OTHER_PROVIDERS: Readonly<Record<Mode, Readonly<Record<string, BlockSchema>>>> = {
  resource: {},
  data: {
    archive_file: {
      attributes: {
        type: required,
        output_path: required,
        source_dir: optional,
        source_file: optional,
        output_file_mode: optional,
        excludes: { type: 'set-of-string', need: 'optional' },
        id: computed,
        output_md5: computed,
        output_sha256: computed,
        output_base64sha256: computed,
        output_size: { type: 'number', need: 'computed' },
      },
      blocks: {},
    },
  },
};

/** The settings of each provider that a configuration may make here. */
export const PROVIDER_SETTINGS: Readonly<Record<string, BlockSchema>> = {
  google: { attributes: { project: optional, region: optional }, blocks: {} },
  archive: { attributes: {}, blocks: {} },
};
