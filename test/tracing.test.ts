import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { NO_TRACING, openTracing } from '../src/tracing.ts';

describe('traces', () => {
  it('are off, and load nothing, where no exporter is configured', async () => {
    expect(await openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBe(NO_TRACING);
    expect(await NO_TRACING.span('x', {}, async () => 7)).toBe(7);
  });

  it('go to the configured collector by the standard protocol, with what failed', async () => {
    const bodies: unknown[] = [];
    const collector = createServer((request, response) => {
      void json(request).then((body) => {
        bodies.push(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const address = collector.address();
    const endpoint = `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
    try {
      const tracing = await openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
      const outer = tracing.span('remediate', { incident: 'i-1' }, () =>
        tracing.span('examine', {}, async () => {
          throw new Error('evidence is away');
        }),
      );
      await expect(outer).rejects.toThrow('evidence is away');
      await tracing.flush?.();
      const text = JSON.stringify(bodies);
      for (const wanted of ['"remediate"', '"examine"', '"i-1"', 'evidence is away', '"guestlist"'])
        expect(text).toContain(wanted);
    } finally {
      delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
      collector.closeAllConnections();
      await new Promise((resolve) => collector.close(resolve));
    }
  });
});
