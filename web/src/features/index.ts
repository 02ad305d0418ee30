// The screens of the console, in the order of the navigation: one line each.
import type { Feature } from "@/app/feature";
import { drift } from "./drift/routes";
import { inventory } from "./inventory/routes";

export const features: Feature[] = [
  drift,
  inventory,
];
