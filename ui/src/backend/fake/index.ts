import type { Backend } from "../types";
export const scenario = (p: URLSearchParams) => p;
export const createFake = (_: URLSearchParams): Backend => ({}) as Backend;
