/** The organization of the demo: two sandbox projects and one for payments. */
export const demoWorld = {
  organization: {
    name: 'organizations/123456789012',
    policy: {
      bindings: [{ role: 'roles/resourcemanager.organizationAdmin', members: ['group:platform@example.com'] }],
    },
  },
  folders: [
    { name: 'folders/456', parent: 'organizations/123456789012', policy: { bindings: [] } },
    { name: 'folders/789', parent: 'organizations/123456789012', policy: { bindings: [] } },
  ],
  projects: [
    {
      projectId: 'acme-ml',
      projectNumber: '111122223333',
      parent: 'folders/456',
      state: 'ACTIVE',
      policy: {
        etag: 'BwYh1Q3XJ2E=',
        version: 3,
        bindings: [
          { role: 'roles/owner', members: ['user:olivia@example.com'] },
          {
            role: 'roles/aiplatform.user',
            members: ['deleted:serviceAccount:old@acme-ml.iam.gserviceaccount.com?uid=1234567890'],
          },
          {
            role: 'roles/aiplatform.user',
            members: ['user:contractor@example.com'],
            condition: { title: 'until_2027', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
          },
        ],
        auditConfigs: [{ service: 'aiplatform.googleapis.com', auditLogConfigs: [{ logType: 'DATA_READ' }] }],
      },
    },
    {
      projectId: 'acme-vision',
      projectNumber: '444455556666',
      parent: 'folders/456',
      state: 'ACTIVE',
      policy: { etag: 'BwYh1Q3XJ2I=', bindings: [{ role: 'roles/owner', members: ['user:victor@example.com'] }] },
    },
    {
      projectId: 'acme-pay',
      projectNumber: '777788889999',
      parent: 'folders/789',
      state: 'ACTIVE',
      policy: { etag: 'BwYh1Q3XJ2M=', bindings: [{ role: 'roles/owner', members: ['user:petra@example.com'] }] },
    },
  ],
  roles: [],
} as const;
