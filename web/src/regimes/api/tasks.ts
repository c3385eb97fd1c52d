import { call } from "../../http/call";

/** What is asked of an account, until when and why. */
export interface Task {
  /** How far the identity has to be known: `phone` or `id`. */
  demanded: string;
  state: "open" | "overdue" | "appealed" | "exempt";
  due_at: string;
  reason: { zh?: string; en?: string };
  /** Whether nothing can be said here once the date has passed. */
  limits_speaking: boolean;
  decision: string;
}

export async function fetchTasks(): Promise<Task[]> {
  return (await call<{ tasks: Task[] }>("GET", "/api/v1/tasks")).tasks;
}

export function appealTask(words: string): Promise<unknown> {
  return call("POST", "/api/v1/tasks/realname/appeal", { body: { words } });
}
