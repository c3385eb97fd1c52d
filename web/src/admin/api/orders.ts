import type { OrderReportWire, OrdersWire, OrderWire } from "../../wire.gen";
import { ask } from "./ask";

export type OrderEnd = "contest" | "decline" | "lift" | "comply";

const ORDERS = "/orders";
const orderAt = (orderId: string) => `${ORDERS}/${encodeURIComponent(orderId)}`;

export const fetchOrders = (): Promise<OrdersWire> => ask("GET", ORDERS);

export const fetchOrder = (orderId: string): Promise<OrderWire> => ask("GET", orderAt(orderId));

/** Keeps an order as it was written; the server reads it strictly. */
export const bringOrder = (body: unknown): Promise<{ order_id: string }> =>
  ask("POST", ORDERS, { body });

export const checkOrder = (orderId: string): Promise<OrderWire> =>
  ask("POST", `${orderAt(orderId)}/check`, { body: {} });

export const acknowledgeOrder = (
  orderId: string,
  reason: string,
  answer: string,
): Promise<OrderWire> =>
  ask("POST", `${orderAt(orderId)}/acknowledge`, { body: { reason, answer } });

export const endOrder = (orderId: string, act: OrderEnd, reason: string): Promise<OrderWire> =>
  ask("POST", `${orderAt(orderId)}/${act}`, { body: { reason } });

export const fetchOrderReport = (orderId: string): Promise<OrderReportWire> =>
  ask("GET", `${orderAt(orderId)}/report`);
