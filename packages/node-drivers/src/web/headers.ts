/**
 * The headers of every answer. The page may run its own scripts, workers and styles and talk to its own server's WebSockets; nothing else,
 * and nobody may frame it.
 *
 * @param host the request's `Host`, once the gate has let it pass; without it the answer may connect to nothing
 */
export function securityHeaders(host?: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    // Behind a proxy that speaks TLS the same page uses wss.
    ...(host === undefined ? [] : [`connect-src ws://${host} wss://${host}`]),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return {
    "Content-Security-Policy": policy.join("; "),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    // Another program may serve another version of the page on this port a moment later.
    "Cache-Control": "no-store",
  };
}
