import type { ClientOptions } from 'google-gax';
import type { Endpoint } from './endpoint.ts';

/** Options of a Google gRPC client. A local stand-in is spoken to in plain text and without credentials. */
export async function clientOptions(endpoint: Endpoint): Promise<ClientOptions> {
  if (endpoint.kind === 'google') return {};
  const { grpc } = await import('google-gax');
  return {
    apiEndpoint: endpoint.host,
    port: endpoint.port,
    sslCreds: grpc.credentials.createInsecure(),
    projectId: 'local',
  };
}
