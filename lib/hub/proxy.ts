/** The proxies that the environment names, as most programs understand it. */
export interface Proxies {
  http?: Proxy;
  https?: Proxy;
  /** `NO_PROXY`: hosts that are asked directly, separated by commas. */
  except: string;
}

export interface Proxy {
  /** The variable that names it. */
  variable: string;
  /** With name and password, where there are some: not for messages. */
  url: string;
}

/**
 * Read `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, or the same in small letters.
 * @throws Error naming the variable, and nothing of its value, which may hold a password
 */
export function readProxies(env: NodeJS.ProcessEnv = process.env): Proxies {
  return {
    http: readProxy(env, "http_proxy"),
    https: readProxy(env, "https_proxy") ?? readProxy(env, "http_proxy"),
    except: env.no_proxy ?? env.NO_PROXY ?? "",
  };
}

/** `fetch` through these proxies, by undici, which Node's own is a copy of; Node's own knows none. */
export async function proxiedFetch({ http, https, except }: Proxies): Promise<typeof fetch> {
  if (!http && !https) return fetch;
  const { EnvHttpProxyAgent, fetch: fetchThrough } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: http?.url ?? "",
    httpsProxy: https?.url ?? "",
    noProxy: except,
  });
  return ((input: string | URL, { headers, ...init }: RequestInit = {}) =>
    fetchThrough(input, {
      ...(init as object),
      headers: Object.fromEntries(new Headers(headers)),
      dispatcher,
    })) as unknown as typeof fetch;
}

/** Which proxies there are, for a message: ", by the proxy http://host:3128 that HTTPS_PROXY names". Without passwords. */
export function describeProxies({ http, https, except }: Proxies): string {
  const named = new Map([https, http].flatMap((proxy) => (proxy ? [[proxy.variable, proxy.url]] : [])));
  const all = [...named].map(([variable, url]) => `${new URL(url).origin} that ${variable} names`);
  if (all.length === 0) return "";
  return `, by the proxy ${all.join(" or ")}${except ? `, except for ${except} (NO_PROXY)` : ""}`;
}

function readProxy(env: NodeJS.ProcessEnv, name: string): Proxy | undefined {
  const variable = env[name] ? name : name.toUpperCase();
  const value = env[variable]?.trim();
  if (!value) return undefined;
  const url = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || !new URL(url).hostname)
    throw new Error(
      `${variable}: expected a proxy as http://host:port or https://host:port, found something else (not shown, since it may hold a password)`,
    );
  return { variable, url };
}
