// As jsx-runtime.ts, for the development server.
import * as dev from "react/jsx-dev-runtime";
import { seen } from "./jsx-runtime";

export { Fragment } from "react/jsx-dev-runtime";

type Make = (type: unknown, props: Record<string, unknown>, ...more: unknown[]) => unknown;
const make = (dev as unknown as { jsxDEV: Make }).jsxDEV;

export const jsxDEV: Make = (type, props, ...more) => make(type, seen(props, type), ...more);
