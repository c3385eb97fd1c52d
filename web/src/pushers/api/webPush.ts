import { call } from "../../http/call";
import type { WebPushIn, WebPushOut } from "../../wire.gen";

const PLACE = "/api/v1/account/web-push";

/** Whether this device's browser is told, and by which key it can be. */
export function fetchWebPush(): Promise<WebPushOut> {
  return call("GET", PLACE);
}

export function putWebPush(subscription: WebPushIn): Promise<WebPushOut> {
  return call("PUT", PLACE, { body: subscription });
}

export function deleteWebPush(): Promise<WebPushOut> {
  return call("DELETE", PLACE);
}
