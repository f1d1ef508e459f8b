/**
 * The yardstick: the least a proxy in Node can be. It reads nothing, puts the key in, and pipes. Started as
 * `node raw-proxy.ts PORT UPSTREAM_PORT`.
 */
import http from 'node:http';

const [port, upstream] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1_024 });

const server = http.createServer((request, response) => {
  const headers: http.OutgoingHttpHeaders = { ...request.headers, authorization: 'Bearer key' };
  delete headers['connection'];
  const asked = http.request(
    { host: '127.0.0.1', port: upstream, method: request.method, path: request.url, headers, agent },
    answer => {
      const { connection: _, 'keep-alive': __, ...passed } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, passed);
      answer.pipe(response);
    },
  );
  asked.on('error', error => {
    if (!response.headersSent) response.writeHead(502);
    response.end(error.message);
  });
  response.on('close', () => {
    if (!response.writableFinished) asked.destroy();
  });
  request.pipe(asked);
});
server.keepAliveTimeout = 60_000;
server.listen(port, '127.0.0.1');
