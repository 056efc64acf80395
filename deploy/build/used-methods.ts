/**
 * The methods of Google's services that the function calls, by service. The bundle holds these and the messages they
 * need, and no others: a method that is called and not named here fails in the tests of the bundle.
 */
export const USED_METHODS: Readonly<Record<string, readonly string[]>> = {
  'google.cloud.resourcemanager.v3.Projects': ['GetProject', 'GetIamPolicy', 'SetIamPolicy'],
  'google.cloud.resourcemanager.v3.Folders': ['GetFolder', 'GetIamPolicy'],
  'google.cloud.resourcemanager.v3.Organizations': ['GetIamPolicy'],
  'google.logging.v2.LoggingServiceV2': ['WriteLogEntries'],
  'google.pubsub.v1.Publisher': ['Publish'],
  'google.firestore.v1.Firestore': ['BatchGetDocuments', 'Commit', 'RunQuery'],
};

/** The clients that the function uses of each package, by the file they are in: the rest of a package stays out. */
export const USED_CLIENTS: Readonly<Record<string, ClientModule>> = {
  '@google-cloud/resource-manager': {
    within: null,
    clients: {
      ProjectsClient: '@google-cloud/resource-manager/build/src/v3/projects_client.js',
      FoldersClient: '@google-cloud/resource-manager/build/src/v3/folders_client.js',
      OrganizationsClient: '@google-cloud/resource-manager/build/src/v3/organizations_client.js',
    },
  },
  '@google-cloud/logging': {
    within: 'v2',
    clients: {
      LoggingServiceV2Client: '@google-cloud/logging-api/build/src/v2/logging_service_v2_client.js',
    },
  },
  '@google-cloud/pubsub': {
    within: 'v1',
    clients: { PublisherClient: '@google-cloud/pubsub-api/build/src/v1/publisher_client.js' },
  },
  '@google-cloud/firestore-api': {
    within: 'v1',
    clients: { FirestoreClient: '@google-cloud/firestore-api/build/src/v1/firestore_client.js' },
  },
};

/** Clients of one package, and the export that holds them; null where the package itself exports them. */
export interface ClientModule {
  readonly within: string | null;
  readonly clients: Readonly<Record<string, string>>;
}
